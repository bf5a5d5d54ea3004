package dev.millrace.audio.session;

import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How late event loops are. A loop is watched while it has sessions: somebody else's work on it, or a starved machine,
 * delays speech by as much. Each loop is asked on itself.
 */
final class LoopLag {

    private static final long PERIOD_MS = 100;

    /** So many moments are taken together: a pause of the garbage collector is no loop that is late. */
    private static final int REMEMBERED = 10;

    private final Metronome metronome;
    private final LongSupplier clock;
    private final Map<Thread, Watch> watches = new ConcurrentHashMap<>();

    LoopLag(Vertx vertx, LongSupplier clock) {
        this.metronome = new Metronome(vertx, PERIOD_MS);
        this.clock = clock;
    }

    /** A session begins on this loop. */
    void enter() {
        Watch watch = watches.computeIfAbsent(Thread.currentThread(), loop -> new Watch());
        if (watch.sessions++ == 0) {
            watch.begin();
            metronome.add(watch);
        }
    }

    /** A session of this loop is over. */
    void leave() {
        Watch watch = watches.get(Thread.currentThread());
        if (watch != null && --watch.sessions == 0) {
            metronome.remove(watch);
        }
    }

    /** How late this loop was in the last second, on the average, milliseconds; 0 for one that has no sessions. */
    long millis() {
        Watch watch = watches.get(Thread.currentThread());
        return watch == null || watch.sessions == 0 ? 0 : watch.mean(clock.getAsLong());
    }

    /** How many loops are watched. */
    int watched() {
        return metronome.listeners();
    }

    private final class Watch implements Runnable {

        private final long[] late = new long[REMEMBERED];
        private int sessions;
        private int next;
        private long expected;

        void begin() {
            expected = clock.getAsLong() + PERIOD_MS;
            java.util.Arrays.fill(late, 0);
        }

        @Override
        public void run() {
            long now = clock.getAsLong();
            late[next++ % REMEMBERED] = Math.max(0, now - expected);
            expected = now + PERIOD_MS;
        }

        long mean(long now) {
            long sum = Math.max(0, now - expected); // the one that has not come yet
            for (long each : late) {
                sum += each;
            }
            return sum / REMEMBERED;
        }
    }
}
