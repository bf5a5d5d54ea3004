package dev.millrace.run;

import dev.millrace.event.Entry;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Done;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import dev.millrace.event.RunEvent.Warning;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a run stands, as its stream tells it. */
public enum RunState {
    /** It waits for the runs before it in its session. */
    QUEUED,
    RUNNING,
    /** It waits for a person. */
    INPUT_REQUIRED,
    COMPLETED,
    CANCELLED,
    TIMEOUT,
    FAILED;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<RunState> of(String text) {
        for (RunState state : values()) {
            if (state.text().equals(text)) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }

    public boolean isOver() {
        return compareTo(COMPLETED) >= 0;
    }

    /** @param run its whole stream, as far as it has come */
    public static RunState of(List<Entry> run) {
        Fold fold = new Fold();
        run.forEach(entry -> RunEvent.of(entry).ifPresent(fold::read));
        return fold.state();
    }

    private static final class Fold {

        private RunState state = RUNNING;
        private final Deque<String> asked = new ArrayDeque<>();

        void read(RunEvent event) {
            if (event instanceof Done done) {
                state = RunState.valueOf(done.status().name());
            } else if (event instanceof Status status) {
                read(status);
            } else if (event instanceof Warning warning && warning.code().equals("input_expired")) {
                asked.poll(); // all have the same time, so the oldest is the first to expire
            }
        }

        private void read(Status status) {
            if (status.step() == Step.INPUT_REQUIRED) {
                asked.add(status.details().getString("request"));
            } else if (status.step() == Step.STEERED) {
                asked.remove(status.details().getString("request", ""));
                return; // who waits in the queue can be steered too
            }
            state = status.step() == Step.QUEUED ? QUEUED : RUNNING;
        }

        RunState state() {
            return !state.isOver() && !asked.isEmpty() ? INPUT_REQUIRED : state;
        }
    }
}
