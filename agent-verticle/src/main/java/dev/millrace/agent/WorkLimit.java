package dev.millrace.agent;

import dev.millrace.agent.time.Clock;
import dev.millrace.agent.time.Clock.Bell;

/**
 * How long a run may work. The time that it waits for a person does not count: nobody answers faster because a model is
 * paid by the minute. On the run's thread.
 */
final class WorkLimit {

    private final Clock clock;
    private final Runnable over;
    private Bell bell = Bell.NONE;
    private long leftMillis;
    private long since;

    /** @param over called once, when the time is over */
    WorkLimit(Clock clock, Runnable over) {
        this.clock = clock;
        this.over = over;
    }

    void begin(long millis) {
        leftMillis = millis;
        goOn();
    }

    void pause() {
        bell.silence();
        leftMillis -= clock.millis() - since;
    }

    /** After a {@link #pause}. */
    void goOn() {
        since = clock.millis();
        bell = clock.in(Math.max(1, leftMillis), over);
    }

    void end() {
        bell.silence();
    }
}
