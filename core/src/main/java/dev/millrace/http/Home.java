package dev.millrace.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;

/** The event loop of a request. A log answers on any thread; what writes a response belongs on this one. */
public final class Home {

    private Home() {}

    /** The same outcome, on the loop of the request. Called on it; at once when the outcome is there already. */
    public static <T> Future<T> bring(RoutingContext ctx, Future<T> future) {
        Context home = ctx.vertx().getOrCreateContext();
        Promise<T> brought = Promise.promise();
        future.onComplete((result, failure) -> {
            if (Vertx.currentContext() == home) {
                brought.complete(result, failure);
            } else {
                home.runOnContext(back -> brought.complete(result, failure));
            }
        });
        return brought.future();
    }
}
