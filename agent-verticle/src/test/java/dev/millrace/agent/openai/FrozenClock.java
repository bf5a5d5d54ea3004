package dev.millrace.agent.openai;

import dev.millrace.agent.time.Clock;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * Time that stands still until the test lets it pass. Bells ring on the context of who asked for them. The waits between
 * two attempts are noted and take no time.
 */
final class FrozenClock implements Clock {

    private record Due(long at, Context context, Runnable ring) {}

    private final Vertx vertx;
    private final long longestWait;
    private final long linger;
    private final List<Due> due = new ArrayList<>();
    private final List<Long> waits = new ArrayList<>();
    private long now = 1_795_165_913_000L;

    /** What is longer than {@code longestWait} is a limit, and so is {@code linger}; the rest are waits. */
    FrozenClock(Vertx vertx, long longestWait, long linger) {
        this.vertx = vertx;
        this.longestWait = longestWait;
        this.linger = linger;
    }

    @Override
    public synchronized long millis() {
        return now;
    }

    @Override
    public synchronized Bell in(long millis, Runnable ring) {
        Due bell = new Due(now + millis, vertx.getOrCreateContext(), ring);
        if (millis <= longestWait && millis != linger) {
            waits.add(millis);
            bell.context().runOnContext(now -> ring.run());
            return Bell.NONE;
        }
        due.add(bell);
        return () -> silence(bell);
    }

    private synchronized void silence(Due bell) {
        due.remove(bell);
    }

    /** Lets time pass, and rings what is due by then. */
    synchronized void pass(long millis) {
        now += millis;
        List<Due> ringing = due.stream().filter(bell -> bell.at() <= now).toList();
        due.removeAll(ringing);
        ringing.forEach(bell -> bell.context().runOnContext(turn -> bell.ring().run()));
    }

    /** How long somebody waited between attempts, each time. */
    synchronized List<Long> waits() {
        return List.copyOf(waits);
    }

    /** Whether a bell will ring in exactly so many milliseconds. */
    synchronized boolean isDue(long millis) {
        return due.stream().anyMatch(bell -> bell.at() == now + millis);
    }

    synchronized int bells() {
        return due.size();
    }
}
