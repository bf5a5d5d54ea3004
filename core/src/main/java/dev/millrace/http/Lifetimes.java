package dev.millrace.http;

import io.vertx.core.http.HttpConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * How long connections are used: each for the lifetime or up to a tenth less at random, so that a pool of them is not
 * renewed in one moment. Nobody is cut off by it: an old connection is closed behind its next answer. A stream stays for
 * the lifetime or up to a tenth more, so one that is sent away for its age leaves a connection that is old too.
 *
 * <p>One instance for one event loop.
 */
final class Lifetimes {

    private final LongSupplier clock;
    private final long millis;
    private final Map<HttpConnection, Long> oldAt = new HashMap<>();

    /** @param millis 0 for ever */
    Lifetimes(LongSupplier clock, long millis) {
        this.clock = clock;
        this.millis = millis;
    }

    void begin(HttpConnection connection) {
        if (millis > 0) {
            double part = ThreadLocalRandom.current().nextDouble(0.9, 1.0);
            oldAt.put(connection, clock.getAsLong() + (long) (millis * part));
        }
    }

    boolean isOver(HttpConnection connection) {
        Long at = oldAt.get(connection);
        return at != null && clock.getAsLong() >= at;
    }

    void end(HttpConnection connection) {
        oldAt.remove(connection);
    }
}
