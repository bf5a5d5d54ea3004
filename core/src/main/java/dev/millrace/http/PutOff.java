package dev.millrace.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/**
 * How a route answers instead of a {@link Problem} that will pass, where a client would take the problem for the end. A
 * handler of the route leaves it with the request.
 */
public final class PutOff {

    private static final String KEY = "millrace.put-off";

    private PutOff() {}

    /** From now on the request is answered so when it fails with a problem that will pass. */
    public static void by(RoutingContext ctx, Handler<RoutingContext> answer) {
        ctx.put(KEY, answer);
    }

    /** Answers so, if the route knows how and nothing of another answer is written. */
    static boolean answers(RoutingContext ctx, Problem problem) {
        Handler<RoutingContext> answer = ctx.get(KEY);
        if (answer == null || !problem.isPassing() || ctx.response().headWritten()) {
            return false;
        }
        answer.handle(ctx);
        return true;
    }
}
