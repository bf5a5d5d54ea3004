package dev.millrace.rescue;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Done;
import dev.millrace.event.RunEvent.Failure;
import dev.millrace.event.RunEvent.Outcome;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Token;
import dev.millrace.log.Conflict;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Agents;
import dev.millrace.run.Conversation.Message;
import dev.millrace.run.Refusal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Gives a last word to runs whose agent is gone. Whoever notices may call it, on any node and at the same time: the
 * append expects the head it has read, so one of them ends the run, once, and the others find it ended. An agent that was
 * only taken for dead finds itself fenced off and stops.
 */
public final class LostRuns {

    private final StreamLog log;
    private final LongSupplier clock;
    private final Answers answers;

    /** @param clock milliseconds since the Unix epoch */
    public LostRuns(StreamLog log, LongSupplier clock) {
        this.log = log;
        this.clock = clock;
        this.answers = new Answers(log);
    }

    /** Ends the run if it is not over, with what it has said so far. */
    public Future<Void> end(String run) {
        StreamName stream = StreamName.run(run);
        return log.all(stream).compose(entries -> {
            if (entries.isEmpty() || entries.get(entries.size() - 1).isLastWord()) {
                return Future.succeededFuture();
            }
            Partial partial = Partial.of(entries);
            Failure lost = new Failure("agent_lost", "The agent that wrote this answer is gone; ask again.", true);
            return log.append(stream, List.of(lost, partial.lastWord(clock.getAsLong())), partial.head.seq())
                    .compose(ended -> record(run, partial))
                    .recover(cause -> cause instanceof Conflict
                            ? Future.succeededFuture() // somebody was faster, or the agent is alive after all
                            : Future.failedFuture(cause));
        });
    }

    /** Asks the run's agent for its end, and ends it where that agent is gone. Fails as the agent refuses otherwise. */
    public Future<Void> cancel(Agents agents, String run) {
        return agents.cancel(run)
                .recover(cause ->
                        cause instanceof Refusal refusal && refusal.code().equals("no_agent")
                                ? end(run)
                                : Future.failedFuture(cause));
    }

    /** The conversation gets the answer as far as it came, so that its next question does not wait for this run. */
    private Future<Void> record(String run, Partial partial) {
        Message answer = Message.answer(partial.message, partial.text, run, Outcome.FAILED.text());
        return answers.record(partial.session, answer).mapEmpty();
    }

    /** What a run had come to. */
    private record Partial(String session, String message, String text, long startedMillis, EventId head) {

        static Partial of(List<Entry> entries) {
            StringBuilder text = new StringBuilder();
            String session = "";
            String message = "";
            for (Entry entry : entries) {
                RunEvent event = RunEvent.of(entry).orElse(null);
                if (event instanceof Token token && token.isAnswer()) {
                    text.append(token.text());
                } else if (event instanceof Status status && status.details().containsKey("session")) {
                    session = status.details().getString("session");
                    message = status.details().getString("message");
                }
            }
            Entry last = entries.get(entries.size() - 1);
            return new Partial(
                    session, message, text.toString(), entries.get(0).id().millis(), last.id());
        }

        Done lastWord(long now) {
            JsonObject usage = new JsonObject().put("input_tokens", 0).put("output_tokens", text.length() / 4);
            return Done.of(Outcome.FAILED, "error", now - startedMillis, null, usage.put("estimated", true), text);
        }
    }
}
