package dev.millrace.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/**
 * Stands before routes that a process about to stop no longer serves: open until it is closed, and then answers 503. Any
 * thread may close it.
 */
public final class Gate implements Handler<RoutingContext> {

    private volatile boolean open = true;

    public boolean isOpen() {
        return open;
    }

    void close() {
        open = false;
    }

    @Override
    public void handle(RoutingContext ctx) {
        if (open) {
            ctx.next();
        } else {
            ctx.fail(new Problem(503, "draining", "This process is about to stop; ask again, and another one answers.")
                    .passing());
        }
    }
}
