package dev.millrace.rescue;

import dev.millrace.event.RunEvent.Done;
import dev.millrace.event.RunEvent.Failure;
import dev.millrace.feed.Happenings;
import dev.millrace.feed.RunRef;
import dev.millrace.log.Conflict;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Agents;
import dev.millrace.run.Conversation.Message;
import dev.millrace.run.Input;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import dev.millrace.run.Refusal;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives a last word to runs whose agent is gone. Whoever notices may call it, on any node and at the same time: the
 * append expects the head it has read, so one of them ends the run, once, and the others find it ended. An agent that was
 * only taken for dead finds itself fenced off and stops. Whose last word was taken also tells of it.
 */
public final class LostRuns {

    private static final Failure AGENT_LOST =
            new Failure("agent_lost", "The agent that wrote this answer is gone; ask again.", true);

    private final StreamLog log;
    private final LongSupplier clock;
    private final Happenings told;
    private final Answers answers;

    /** @param clock milliseconds since the Unix epoch */
    public LostRuns(StreamLog log, LongSupplier clock, Happenings told) {
        this.log = log;
        this.clock = clock;
        this.told = told.of("agent");
        this.answers = new Answers(log);
    }

    /**
     * Ends the run if it is not over, with what it has said so far, and sees to it that its conversation has the answer.
     *
     * @return whether it is over; it is not when somebody has written to it meanwhile, who may be its agent
     */
    public Future<Boolean> end(String run) {
        return end(run, AGENT_LOST);
    }

    /** The same, for another reason than the loss of the agent. */
    public Future<Boolean> end(String run, Failure why) {
        return OpenRuns.read(log, OwnedId.node(run))
                .compose(open -> end(run, why, open.owners().get(run)));
    }

    /** The same, for who knows whose the run is. */
    Future<Boolean> end(String run, Owner owner) {
        return end(run, AGENT_LOST, owner);
    }

    /** @param owner null when nobody knows any more; then nobody is told */
    private Future<Boolean> end(String run, Failure why, @Nullable Owner owner) {
        return log.all(StreamName.run(run)).compose(entries -> {
            if (entries.isEmpty()) {
                return Future.succeededFuture(true); // it never began, or it was erased
            }
            Remains remains = Remains.of(entries);
            Future<?> ended = remains.outcome() == null ? close(run, remains, why, owner) : Future.succeededFuture();
            return ended.compose(over -> record(run, remains, owner))
                    .map(true)
                    .recover(cause ->
                            cause instanceof Conflict ? Future.succeededFuture(false) : Future.failedFuture(cause));
        });
    }

    private Future<?> close(String run, Remains remains, Failure why, @Nullable Owner owner) {
        Done lastWord = remains.lastWord(clock.getAsLong());
        return log.append(
                        StreamName.run(run),
                        List.of(why, lastWord),
                        remains.head().seq())
                .onSuccess(taken -> {
                    if (owner != null) {
                        told.runCompleted(owner, new RunRef(remains.session(), run, remains.metadata()), lastWord, why);
                    }
                });
    }

    /** The conversation gets the answer as far as it came, so that its next question does not wait for this run. */
    private Future<?> record(String run, Remains remains, @Nullable Owner owner) {
        Message answer = remains.answer(run);
        return answers.record(remains.session(), answer).onSuccess(written -> {
            if (written && owner != null) {
                told.messagePosted(owner, remains.session(), answer.id(), "agent");
            }
        });
    }

    /** Asks the run's agent for its end, and ends it where that agent is gone. Fails as the agent refuses otherwise. */
    public Future<Void> cancel(Agents agents, String run) {
        return agents.cancel(run).recover(cause -> isGone(cause) ? end(run).mapEmpty() : Future.failedFuture(cause));
    }

    /** Says something to a run, and ends it where its agent is gone: then it is over for this input, too. */
    public Future<Void> input(Agents agents, String run, Input input) {
        return agents.input(run, input)
                .recover(cause -> isGone(cause)
                        ? end(run).compose(over -> isOver(run))
                                .compose(over -> Future.failedFuture(over ? Refusal.runOver() : cause))
                        : Future.failedFuture(cause));
    }

    /** Whoever ended it: of all who notice a death at once, one is first. */
    private Future<Boolean> isOver(String run) {
        return log.head(StreamName.run(run)).map(extent -> extent.closed() || !extent.exists());
    }

    private static boolean isGone(Throwable cause) {
        return cause instanceof Refusal refusal && refusal.code().equals("no_agent");
    }
}
