package dev.millrace.audio.session;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beats for the sessions of an event loop that want it: one timer for each loop, none for each session, and none while
 * nobody listens. Sessions of one loop come and go on that loop.
 */
final class Metronome {

    private static final Logger LOG = LoggerFactory.getLogger(Metronome.class);

    private final Vertx vertx;
    private final long periodMs;
    private final Map<Thread, Beat> beats = new ConcurrentHashMap<>();

    Metronome(Vertx vertx, long periodMs) {
        this.vertx = vertx;
        this.periodMs = periodMs;
    }

    /** From now on the listener is called on this loop, until {@link #remove}. */
    void add(Runnable listener) {
        beats.computeIfAbsent(Thread.currentThread(), loop -> new Beat()).add(listener);
    }

    /** On the loop on which it was added. */
    void remove(Runnable listener) {
        Beat beat = beats.get(Thread.currentThread());
        if (beat != null) {
            beat.remove(listener);
        }
    }

    /** How many are called. */
    int listeners() {
        return beats.values().stream().mapToInt(beat -> beat.listeners.size()).sum();
    }

    private final class Beat {

        private final Set<Runnable> listeners = new LinkedHashSet<>();
        private long timer;

        void add(Runnable listener) {
            if (listeners.isEmpty()) {
                timer = vertx.setPeriodic(periodMs, tick -> new ArrayList<>(listeners).forEach(Beat::run));
            }
            listeners.add(listener);
        }

        /** What goes wrong in one session is nothing to the others of its loop. */
        private static void run(Runnable listener) {
            try {
                listener.run();
            } catch (RuntimeException e) {
                LOG.warn("a beat of an audio session failed", e);
            }
        }

        void remove(Runnable listener) {
            if (listeners.remove(listener) && listeners.isEmpty()) {
                vertx.cancelTimer(timer);
            }
        }
    }
}
