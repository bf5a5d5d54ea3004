package dev.millrace.node;

import dev.millrace.log.MemoryLog;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops what is too old from a memory log, every five seconds, on a worker: a look at ten thousand streams takes longer
 * than an event loop has.
 *
 * <p>On one context, so that once it is closed nothing is given to workers that may be gone by then.
 */
final class Sweep {

    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    private static final long INTERVAL_MILLIS = 5_000;

    private final Vertx vertx;
    private final MemoryLog log;
    private final Context context;
    private Future<?> underWay = Future.succeededFuture();
    private long timer;

    Sweep(Vertx vertx, MemoryLog log) {
        this.vertx = vertx;
        this.log = log;
        this.context = vertx.getOrCreateContext();
        context.runOnContext(go -> timer = vertx.setPeriodic(INTERVAL_MILLIS, again -> sweep()));
    }

    private void sweep() {
        if (underWay.isComplete()) {
            underWay = vertx.executeBlocking(() -> {
                        log.sweep();
                        return null;
                    })
                    .onFailure(cause -> LOG.error("the log could not be swept", cause));
        }
    }

    /** Done when the last sweep is. */
    Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        context.runOnContext(go -> {
            vertx.cancelTimer(timer);
            underWay.onComplete(swept -> closed.complete());
        });
        return closed.future();
    }
}
