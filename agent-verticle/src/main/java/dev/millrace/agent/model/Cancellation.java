package dev.millrace.agent.model;

import java.util.ArrayList;
import java.util.List;

/** Tells whoever works on something that nobody waits for it any more. On the run's thread. */
public final class Cancellation {

    private final List<Runnable> actions = new ArrayList<>();
    private boolean cancelled;

    /** Does this when it is cancelled: at once if it has been, else once. */
    public void onCancel(Runnable action) {
        if (cancelled) {
            action.run();
        } else {
            actions.add(action);
        }
    }

    public boolean isCancelled() {
        return cancelled;
    }

    /** Harmless when there is nothing to cancel any more. */
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            actions.forEach(Runnable::run);
        }
    }
}
