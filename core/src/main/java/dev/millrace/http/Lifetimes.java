package dev.millrace.http;

import io.vertx.core.http.HttpConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * How long connections are used: each for the lifetime, give or take a tenth at random, so that a pool of them is not
 * renewed in one moment. Nobody is cut off by it: an old connection is closed behind its next answer.
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
            double tenth = ThreadLocalRandom.current().nextDouble(0.9, 1.1);
            oldAt.put(connection, clock.getAsLong() + Math.round(millis * tenth));
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
