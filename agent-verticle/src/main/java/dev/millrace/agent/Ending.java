package dev.millrace.agent;

import dev.millrace.agent.model.ModelFailure;
import dev.millrace.event.Event;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a run ends: what its last word says, and what is said just before.
 *
 * @param finish why the text ends: what the model said (mostly {@code stop}), or what stopped it
 */
record Ending(Outcome outcome, String finish, RunEvent.@Nullable Failure failure) {

    static final Ending TIMEOUT = new Ending(Outcome.TIMEOUT, "timeout", null);

    /** The client asked for it. */
    static final Ending CANCELLED = new Ending(Outcome.CANCELLED, "cancelled", null);

    /** A later message of the conversation took its place. */
    static final Ending INTERRUPTED = new Ending(Outcome.CANCELLED, "interrupted", null);

    /** Nobody was there to read it. */
    static final Ending UNWATCHED = new Ending(Outcome.CANCELLED, "unwatched", null);

    static final Ending FAILED = failed(new RunEvent.Failure("agent_failed", "The agent failed.", true));

    static final Ending STOPPED =
            failed(new RunEvent.Failure("agent_stopped", "The agent was stopped; ask again.", true));

    /** What is said of a run when the log comes back after it was away for too long. */
    static final RunEvent.Failure LOG_LOST =
            new RunEvent.Failure("log_unavailable", "The log could not be reached for too long; ask again.", true);

    static Ending completed(String finish) {
        return new Ending(Outcome.COMPLETED, finish, null);
    }

    /** The model gave no whole answer, and said why. */
    static Ending failed(ModelFailure failure) {
        return failed(new RunEvent.Failure(failure.code(), String.valueOf(failure.getMessage()), failure.retryable()));
    }

    /** The log did not take a part of the answer: what came after it is not there for any reader. */
    static Ending notKept(Throwable cause) {
        return failed(new RunEvent.Failure("log_full", "The answer could not be kept: " + cause.getMessage(), true));
    }

    private static Ending failed(RunEvent.Failure failure) {
        return new Ending(Outcome.FAILED, "error", failure);
    }

    /** What stands before the last word. */
    List<Event> parting() {
        if (failure != null) {
            return List.of(failure);
        }
        return outcome == Outcome.COMPLETED ? List.of(RunEvent.Status.of(RunEvent.Step.COMPLETED)) : List.of();
    }
}
