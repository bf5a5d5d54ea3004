package dev.millrace.agent;

import dev.millrace.agent.History.Exchange;
import dev.millrace.agent.model.Model;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.Prompt.Role;
import dev.millrace.agent.model.Prompt.Turn;
import dev.millrace.agent.model.Tokens;
import dev.millrace.agent.model.Usage;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import dev.millrace.event.RunEvent.Warning;
import dev.millrace.run.Conversation;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what was said before a question within the tokens that a model gets to read of it. What is too much is summarised
 * by the model itself, where it can, and the summary is kept, so that later questions need not pay for it again; or it is
 * left out. Either is said. On the run's thread.
 */
final class Recollection {

    /** So that a conversation which has become too long is not summarised for each of its questions. */
    private static final int KEPT_WORD_FOR_WORD = 2;

    /** A summary may be this part of the budget. */
    private static final int SUMMARY_PART = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Recollection.class);

    private final RunStream stream;
    private final Model model;
    private final int budget;
    private final BiFunction<String, String, Future<?>> keep;
    private final Consumer<Usage> spent;
    private @Nullable Summarizing summarizing;
    private boolean over;

    /**
     * @param budget tokens for what was said before the question
     * @param keep keeps the summary of all up to a run; takes that run and the summary
     * @param spent told what a summary has cost
     */
    Recollection(
            RunStream stream,
            Model model,
            int budget,
            BiFunction<String, String, Future<?>> keep,
            Consumer<Usage> spent) {
        this.stream = stream;
        this.model = model;
        this.budget = budget;
        this.keep = keep;
        this.spent = spent;
    }

    /** What the model is to read for a run; never fails, but does not complete either when it is cancelled. */
    Future<List<Turn>> of(String run, String question, Conversation conversation) {
        History whole = History.before(run, conversation);
        Future<History> fitted = whole.tokens() <= budget
                ? Future.succeededFuture(whole)
                : model.summarizes() ? summarized(whole) : Future.succeededFuture(dropped(whole));
        return fitted.map(history -> {
            if (history.summary() != null) {
                warn(new Warning(
                        "history_summarized", "The model reads the beginning of this conversation as a summary."));
            }
            return history.with(question);
        });
    }

    private void warn(Warning warning) {
        if (!over) {
            stream.append(warning);
        }
    }

    private History dropped(History whole) {
        warn(new Warning(
                "history_dropped", "This conversation is long, and the answer is given without its beginning."));
        return whole.newest(whole.fitting(budget), null);
    }

    private Future<History> summarized(History whole) {
        int kept = whole.fitting(budget / KEPT_WORD_FOR_WORD);
        List<Exchange> oldest = whole.oldest(kept);
        if (oldest.isEmpty()) {
            return Future.succeededFuture(
                    dropped(whole)); // the summary alone is too long for a budget made smaller since
        }
        String upTo = oldest.get(oldest.size() - 1).run();
        stream.append(Status.of(Step.SUMMARIZING, "Summarizing what was said before"));
        Summarizing asked = new Summarizing(model, spent);
        summarizing = asked;
        return asked.ask(request(whole.summary(), oldest))
                .map(written -> {
                    String summary = cut(written, budget / KEPT_WORD_FOR_WORD);
                    keep.apply(upTo, summary).onFailure(cause -> LOG.warn("a summary is not kept", cause));
                    return whole.newest(kept, summary);
                })
                .recover(cause -> {
                    LOG.warn("a conversation could not be summarised: {}", cause.toString());
                    return Future.succeededFuture(dropped(whole));
                });
    }

    /** One text to work on, and not a conversation: a model that is given one answers its last question. */
    private Prompt request(@Nullable String before, List<Exchange> oldest) {
        StringBuilder text =
                new StringBuilder("Summarize the conversation below, so that it can be gone on with. Keep what"
                        + " was asked and answered, names, numbers, decisions, and what is still open. Write at most "
                        + Math.max(30, budget / SUMMARY_PART / 2)
                        + " words, in the language of the conversation, and nothing"
                        + " but the summary.");
        if (before != null) {
            text.append("\n\nSummary of what was said before: ").append(before);
        }
        for (Exchange exchange : oldest) {
            for (Turn turn : exchange.turns()) {
                text.append(turn.role() == Role.USER ? "\n\nUser: " : "\n\nAssistant: ")
                        .append(cut(turn.text(), budget));
            }
        }
        return new Prompt(List.of(new Turn(Role.USER, text.toString())), List.of());
    }

    /** A text of a token for each of its characters is cut to the tokens given; others are shorter by then. */
    private static String cut(String text, int tokens) {
        return Tokens.estimate(text) <= tokens ? text : text.substring(0, Math.min(text.length(), tokens)) + "…";
    }

    /** The run is over. */
    void cancel() {
        over = true;
        if (summarizing != null) {
            summarizing.cancel();
        }
    }
}
