package dev.millrace.sse;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open responses of one event loop and the timer they share. Only ever touched on that loop. */
final class Beat {

    private static final Logger log = LoggerFactory.getLogger(Beat.class);

    /** How often those leave whose time has come, in milliseconds: often enough that nobody sees steps. */
    private static final long DEPARTURE_MILLIS = 50;

    private final Heartbeats heartbeats;
    private final Heartbeats.Place place;
    private final Set<SseResponse> responses = new HashSet<>();
    private final Vertx vertx;
    private final Context loop;
    private final long timer;
    private long lastNanos = System.nanoTime();
    private long joined;

    /** Starts the timer. It is periodic: a one-shot timer would hold on to the request it was set in. */
    Beat(Heartbeats heartbeats, Heartbeats.Place place, Vertx vertx, long timerMillis) {
        this.heartbeats = heartbeats;
        this.place = place;
        this.vertx = vertx;
        this.loop = vertx.getOrCreateContext();
        this.timer = vertx.setPeriodic(timerMillis, id -> onTimer(timerMillis));
    }

    long timer() {
        return timer;
    }

    Heartbeats.Place place() {
        return place;
    }

    /**
     * Takes a response in.
     *
     * @return in how many ticks its first ping is due: staggered, so that ten thousand readers that came back in one
     *     second are not all pinged in one tick for ever after
     */
    int join(SseResponse response) {
        responses.add(response);
        heartbeats.joined();
        int interval = heartbeats.intervalTicks();
        return interval - (int) (joined++ % interval);
    }

    void leave(SseResponse response) {
        if (responses.remove(response)) {
            heartbeats.left(this, responses.isEmpty());
        }
    }

    /** One second has passed. Walks a copy, because a response that ends leaves at once. */
    void tick(long now) {
        for (SseResponse response : responses.toArray(new SseResponse[0])) {
            try {
                response.tick(now, heartbeats.intervalTicks(), heartbeats.isDraining());
            } catch (RuntimeException e) {
                log.warn("An open response failed at its heartbeat and is reset", e);
                response.reset();
            }
        }
    }

    /**
     * Sends every response away that is open now, evenly over a window, with one timer for all of them. May be called on
     * any thread.
     *
     * @return completes when all have been told to go, or have gone by themselves
     */
    Future<Void> drain(long windowMillis) {
        Promise<Void> drained = Promise.promise();
        loop.runOnContext(here -> {
            Departures<SseResponse> departures = new Departures<>(responses, windowMillis, ThreadLocalRandom.current());
            long begun = System.nanoTime();
            vertx.setPeriodic(DEPARTURE_MILLIS, departure -> {
                sendAway(departures.due(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)));
                if (departures.isOver() || responses.isEmpty()) {
                    vertx.cancelTimer(departure);
                    drained.complete();
                }
            });
        });
        return drained.future();
    }

    private static void sendAway(List<SseResponse> some) {
        for (SseResponse response : some) {
            try {
                response.leave(true);
            } catch (RuntimeException e) {
                log.warn("An open response could not say farewell and is reset", e);
                response.reset();
            }
        }
    }

    /** In how many ticks a response that opens now is to go. */
    int ticksToLeave() {
        return heartbeats.ticksToLeave();
    }

    /**
     * After a blocked loop, a fixed-rate timer makes up for the ticks it missed in one burst, before any socket is looked
     * at: thirty of them would reset every reader. They count as one.
     */
    private void onTimer(long timerMillis) {
        long nanos = System.nanoTime();
        if (nanos - lastNanos >= TimeUnit.MILLISECONDS.toNanos(timerMillis) / 2) {
            lastNanos = nanos;
            tick(heartbeats.now());
        }
    }
}
