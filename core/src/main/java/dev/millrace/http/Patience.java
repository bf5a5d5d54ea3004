package dev.millrace.http;

import io.vertx.core.Vertx;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How long we wait for something a client owes us: its first request, the rest of a body. What came first is due first,
 * so one queue and one timer serve a whole event loop, and neither exists while nothing is owed.
 *
 * <p>One instance for one event loop.
 *
 * @param <T> who owes
 */
final class Patience<T> {

    private static final long TICK_MILLIS = 1_000;
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final LongSupplier clock;
    private final long limitMillis;
    private final Consumer<T> over;
    private final Map<T, Long> since = new LinkedHashMap<>();
    private long timer = NO_TIMER;

    Patience(Vertx vertx, LongSupplier clock, long limitMillis, Consumer<T> over) {
        this.vertx = vertx;
        this.clock = clock;
        this.limitMillis = limitMillis;
        this.over = over;
    }

    void begin(T debtor) {
        since.remove(debtor);
        since.put(debtor, clock.getAsLong());
        if (timer == NO_TIMER) {
            timer = vertx.setPeriodic(TICK_MILLIS, id -> tick(clock.getAsLong()));
        }
    }

    void end(T debtor) {
        since.remove(debtor);
        stopIfIdle();
    }

    void tick(long now) {
        while (!since.isEmpty()) {
            Iterator<Map.Entry<T, Long>> entries = since.entrySet().iterator();
            Map.Entry<T, Long> oldest = entries.next();
            if (now - oldest.getValue() < limitMillis) {
                return;
            }
            entries.remove();
            over.accept(oldest.getKey());
        }
        stopIfIdle();
    }

    private void stopIfIdle() {
        if (since.isEmpty() && timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        }
    }
}
