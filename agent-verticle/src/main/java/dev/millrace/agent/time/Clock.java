package dev.millrace.agent.time;

import io.vertx.core.Vertx;

/** What time it is, and a bell for later. */
public interface Clock {

    /** Since the Unix epoch. */
    long millis();

    /** Rings once, after {@code millis} of at least 1, on the caller's context. */
    Bell in(long millis, Runnable ring);

    /** Something that will ring. */
    @FunctionalInterface
    interface Bell {

        /** Does not ring and never has to be silenced. */
        Bell NONE = () -> {};

        /** It rings no more. Harmless when it has rung. */
        void silence();
    }

    /** The time of the system, and the timers of Vert.x. */
    static Clock system(Vertx vertx) {
        return new Clock() {
            @Override
            public long millis() {
                return System.currentTimeMillis();
            }

            @Override
            public Bell in(long millis, Runnable ring) {
                long timer = vertx.setTimer(millis, id -> ring.run());
                return () -> vertx.cancelTimer(timer);
            }
        };
    }
}
