package dev.millrace.agent;

import dev.millrace.agent.model.Prompt.Role;
import dev.millrace.agent.model.Prompt.Turn;
import dev.millrace.run.Conversation;
import dev.millrace.run.Conversation.Message;
import java.util.ArrayList;
import java.util.List;

/** A conversation as a model is to read it. */
final class Turns {

    /** A model reads, and somebody pays for, all of them each time. */
    static final int MOST = 20;

    private Turns() {}

    /**
     * The questions before a run's own in its branch, each with its answer, and its own last. Answers stand in the
     * conversation where they ended, which may be after later questions; here each follows what it answers, and what was
     * said meanwhile. One that was cut off is as long as its reader saw it, and one without text is left out.
     */
    static List<Turn> upTo(String run, String question, Conversation conversation) {
        List<Turn> turns = new ArrayList<>();
        for (dev.millrace.run.Turn each : conversation.branches().to(run)) {
            if (!each.run().equals(run)) {
                for (Message message : conversation.said(each)) {
                    if (!message.text().isBlank()) {
                        turns.add(new Turn(role(message), message.text()));
                    }
                }
            }
        }
        turns.add(new Turn(Role.USER, question));
        return latest(turns);
    }

    private static Role role(Message message) {
        return message.role() == Conversation.Role.USER ? Role.USER : Role.ASSISTANT;
    }

    /** They begin with a question: an answer to something unknown tells a model nothing. */
    private static List<Turn> latest(List<Turn> turns) {
        int from = Math.max(0, turns.size() - MOST);
        from += turns.get(from).role() == Role.ASSISTANT ? 1 : 0;
        return List.copyOf(turns.subList(from, turns.size()));
    }
}
