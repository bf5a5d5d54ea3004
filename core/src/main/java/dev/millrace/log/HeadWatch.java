package dev.millrace.log;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Compares each window that is open with its stream now and then, for doorbells get lost, and the last one is missed by
 * nobody. One timer for all windows, and none when none is open.
 *
 * <p>On the log's loop.
 */
final class HeadWatch {

    /** So many questions are sent at once; a node may have ten thousand windows. */
    private static final int BATCH = 256;

    private final Vertx vertx;
    private final Duration interval;
    private final Supplier<List<StreamName>> open;
    private final Function<StreamName, Future<?>> compare;
    private boolean armed;
    private boolean closed;

    HeadWatch(
            Vertx vertx, Duration interval, Supplier<List<StreamName>> open, Function<StreamName, Future<?>> compare) {
        this.vertx = vertx;
        this.interval = interval;
        this.open = open;
        this.compare = compare;
    }

    /** From now on, until no window is open any more. */
    void arm() {
        if (!armed && !closed) {
            armed = true;
            vertx.setTimer(interval.toMillis(), timer -> {
                armed = false;
                if (!closed && !open.get().isEmpty()) {
                    armed = true;
                    now().onComplete(done -> {
                        armed = false;
                        arm();
                    });
                }
            });
        }
    }

    /** Compares all of them now; done when every reader that missed something has been woken. */
    Future<Void> now() {
        Promise<Void> done = Promise.promise();
        batch(open.get().iterator(), done);
        return done.future();
    }

    private void batch(Iterator<StreamName> left, Promise<Void> done) {
        List<Future<?>> batch = new ArrayList<>();
        while (left.hasNext() && batch.size() < BATCH) {
            batch.add(compare.apply(left.next()));
        }
        if (batch.isEmpty()) {
            done.complete();
        } else {
            Future.join(batch).onComplete(all -> batch(left, done));
        }
    }

    void close() {
        closed = true;
    }
}
