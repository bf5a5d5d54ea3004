package dev.millrace.sse;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pulse of all open responses: a ping every 15 seconds, and once a second a look at who is stalled and whose
 * deadline has come.
 *
 * <p>One timer for each event loop, none for each connection: it starts with the first open response of the loop and
 * stops with the last. (Vert.x cancels the timers of a verticle that is undeployed; so where several verticles share
 * these heartbeats and an event loop, each has its own timer there, and none loses its pulse with another.)
 *
 * <p>Time passes in ticks of a second: nothing but deadlines asks the clock, so a clock that is set neither silences a
 * reader nor resets him.
 *
 * <p>Thread-safe: what belongs to a loop is only touched on that loop; {@link #open} and {@link #timers} may be asked
 * anywhere.
 */
public final class Heartbeats {

    /** How often each response is pinged, in milliseconds, if nothing else is said. */
    public static final long DEFAULT_INTERVAL_MILLIS = 15_000;

    /** What one tick stands for, in milliseconds. */
    static final long TICK_MILLIS = 1_000;

    /** What one response adds to the time in which all are sent away, in milliseconds, up to the window. */
    private static final long DEPARTURE_SHARE_MILLIS = 100;

    private final Vertx vertx;
    private final int intervalTicks;
    private final LongSupplier clock;
    private final long timerMillis;
    private final Map<Place, Beat> beats = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile int lifetimeTicks;
    private volatile boolean draining;

    /** An event loop, told by its thread, and the deployment whose end would take a timer away. */
    record Place(Thread loop, @Nullable String deployment) {

        static Place here(Vertx vertx) {
            Context context = vertx.getOrCreateContext();
            return new Place(Thread.currentThread(), context.deploymentID());
        }
    }

    /**
     * From now on each response that opens is sent away after so long, or up to a tenth later at random, so that readers
     * who came together do not leave together. Without this call they stay as long as they like.
     *
     * @param millis 1,000 or more
     */
    public Heartbeats lifetime(long millis) {
        if (millis < TICK_MILLIS || millis > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a lifetime has 1,000 to 2^31-1 milliseconds: " + millis);
        }
        lifetimeTicks = (int) (millis / TICK_MILLIS);
        return this;
    }

    /** Pings every {@value #DEFAULT_INTERVAL_MILLIS} milliseconds. */
    public Heartbeats(Vertx vertx) {
        this(vertx, DEFAULT_INTERVAL_MILLIS);
    }

    /**
     * Pings at the interval given.
     *
     * @param intervalMillis milliseconds, 1,000 or more, rounded up to whole seconds
     */
    public Heartbeats(Vertx vertx, long intervalMillis) {
        this(vertx, intervalMillis, System::currentTimeMillis, TICK_MILLIS);
    }

    /**
     * For tests: the timer may sleep for hours while {@link #tick} moves the time.
     *
     * @param timerMillis how long the timer really waits between two ticks; a tick counts as a second all the same
     */
    Heartbeats(Vertx vertx, long intervalMillis, LongSupplier clock, long timerMillis) {
        if (intervalMillis < TICK_MILLIS || intervalMillis > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a heartbeat interval has 1,000 to 2^31-1 milliseconds: " + intervalMillis);
        }
        this.vertx = vertx;
        this.intervalTicks = (int) ((intervalMillis + TICK_MILLIS - 1) / TICK_MILLIS);
        this.clock = clock;
        this.timerMillis = timerMillis;
    }

    /** How many responses are open, over all event loops. */
    public int open() {
        return open.get();
    }

    /** How many timers run: the event loops that have an open response. */
    public int timers() {
        return beats.size();
    }

    /**
     * Sends every open response away, evenly over a window; who opens one from now on is sent away within a second or two.
     * Where few are open the window is shorter, for nobody is helped by a crowd of three that takes five seconds. May be
     * called on any thread.
     *
     * @param windowMillis the longest it may take, 0 or more
     * @return completes when all have been told to go
     */
    public Future<Void> drain(long windowMillis) {
        draining = true;
        long window = Math.min(windowMillis, open() * DEPARTURE_SHARE_MILLIS);
        return Future.all(
                        beats.values().stream().map(beat -> beat.drain(window)).toList())
                .mapEmpty();
    }

    boolean isDraining() {
        return draining;
    }

    /** In how many ticks a response that opens now is to go. */
    int ticksToLeave() {
        if (draining) {
            return 1;
        }
        int ticks = lifetimeTicks;
        return ticks == 0
                ? Integer.MAX_VALUE
                : (int) Math.max(
                        1, Math.round(ticks * ThreadLocalRandom.current().nextDouble(1.0, 1.1)));
    }

    /** The beat of the event loop this is called on; it has to be joined. */
    Beat here() {
        return beats.computeIfAbsent(Place.here(vertx), place -> new Beat(this, place, vertx, timerMillis));
    }

    void joined() {
        open.incrementAndGet();
    }

    void left(Beat beat, boolean last) {
        open.decrementAndGet();
        if (last) {
            beats.remove(beat.place());
            vertx.cancelTimer(beat.timer());
        }
    }

    /** Lets a second pass on the event loop this is called on, as its timer does. */
    void tick(long now) {
        Beat beat = beats.get(Place.here(vertx));
        if (beat != null) {
            beat.tick(now);
        }
    }

    long now() {
        return clock.getAsLong();
    }

    int intervalTicks() {
        return intervalTicks;
    }
}
