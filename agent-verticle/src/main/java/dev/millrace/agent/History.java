package dev.millrace.agent;

import dev.millrace.agent.model.Prompt.Role;
import dev.millrace.agent.model.Prompt.Turn;
import dev.millrace.agent.model.Tokens;
import dev.millrace.run.Conversation;
import dev.millrace.run.Conversation.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was said in a branch before a question, as a model is to read it: what was long ago perhaps as a summary, then
 * exchange by exchange.
 *
 * @param summary of what came before the exchanges; null when nothing was summarised
 * @param exchanges oldest first
 */
record History(@Nullable String summary, List<Exchange> exchanges) {

    /** What was said in one run: its question, what steered it, and the answer if there is one with text. */
    record Exchange(String run, List<Turn> turns) {

        int tokens() {
            return turns.stream().mapToInt(turn -> Tokens.estimate(turn.text())).sum();
        }
    }

    /**
     * What stands before a run's own question in its branch. Answers stand in the conversation where they ended, which may
     * be after later questions; here each follows what it answers. One that was cut off is as long as its reader saw it.
     */
    static History before(String run, Conversation conversation) {
        String summary = null;
        List<Exchange> exchanges = new ArrayList<>();
        for (dev.millrace.run.Turn turn : conversation.branches().to(run)) {
            if (!turn.run().equals(run)) {
                exchanges.add(new Exchange(turn.run(), turns(conversation.said(turn))));
            }
            String known = conversation.summaries().get(turn.run());
            if (known != null) {
                summary = known;
                exchanges.clear();
            }
        }
        return new History(summary, exchanges);
    }

    private static List<Turn> turns(List<Message> said) {
        return said.stream()
                .filter(message -> !message.text().isBlank())
                .map(message ->
                        new Turn(message.role() == Conversation.Role.USER ? Role.USER : Role.ASSISTANT, message.text()))
                .toList();
    }

    int tokens() {
        return (summary == null ? 0 : Tokens.estimate(summary))
                + exchanges.stream().mapToInt(Exchange::tokens).sum();
    }

    /** How many of the newest exchanges have no more than so many tokens together. */
    int fitting(int tokens) {
        int left = tokens;
        int fit = 0;
        while (fit < exchanges.size()) {
            left -= exchanges.get(exchanges.size() - 1 - fit).tokens();
            if (left < 0) {
                break;
            }
            fit++;
        }
        return fit;
    }

    List<Exchange> oldest(int kept) {
        return exchanges.subList(0, exchanges.size() - kept);
    }

    /** The newest exchanges, behind a summary of all before them or behind nothing. */
    History newest(int kept, @Nullable String instead) {
        return new History(instead, List.copyOf(exchanges.subList(exchanges.size() - kept, exchanges.size())));
    }

    /** As a model reads it, with the question behind it. */
    List<Turn> with(String question) {
        List<Turn> turns = new ArrayList<>();
        if (summary != null) {
            turns.add(new Turn(Role.SUMMARY, summary));
        }
        exchanges.forEach(exchange -> turns.addAll(exchange.turns()));
        turns.add(new Turn(Role.USER, question));
        return List.copyOf(turns);
    }
}
