package dev.millrace.http;

import dev.millrace.auth.Unauthorized;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every failure of a router into a {@link Problem}. */
final class Problems {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    /** What the router itself refuses, before any handler of ours. */
    private static final int[] STATUSES = {400, 403, 404, 405, 406, 408, 411, 413, 415, 417, 431, 500, 501, 503};

    private Problems() {}

    /**
     * Called first, so that it also catches what later routes throw.
     *
     * @param routes a sentence that says what is there, for who asks for something else
     * @param translation makes a {@link Problem} of failures that this package does not know, and leaves the others
     */
    static void catchAll(Router router, String routes, UnaryOperator<Throwable> translation) {
        router.route().handler(Problems::refuseMalformed).failureHandler(ctx -> answer(ctx, routes, translation));
        for (int status : STATUSES) {
            router.errorHandler(status, ctx -> answer(ctx, routes, translation));
        }
    }

    /** What Vert.x takes and fails on later, wherever somebody first asks for a parameter. */
    private static void refuseMalformed(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (!escapesAreWhole(request.uri())) {
            throw Problem.badRequest(
                    "bad_escape", "The path or the query has a '%' without two hexadecimal digits after it.");
        }
        if (request.headers().getAll("Host").size() > 1) { // RFC 9112, section 3.2
            throw Problem.badRequest("bad_http", "The request has more than one Host.");
        }
        ctx.next();
    }

    private static boolean escapesAreWhole(String uri) {
        for (int at = uri.indexOf('%'); at >= 0; at = uri.indexOf('%', at + 1)) {
            if (at + 2 >= uri.length() || !isHex(uri.charAt(at + 1)) || !isHex(uri.charAt(at + 2))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHex(char c) {
        return c < 128 && Character.digit(c, 16) >= 0;
    }

    private static void answer(RoutingContext ctx, String routes, UnaryOperator<Throwable> translation) {
        Throwable failure = ctx.failure();
        Problem problem = problem(ctx, routes, failure == null ? null : translation.apply(failure));
        if (!PutOff.answers(ctx, problem)) {
            problem.send(ctx.response());
        }
    }

    private static Problem problem(RoutingContext ctx, String routes, @Nullable Throwable failure) {
        if (failure instanceof Problem problem) {
            return problem;
        }
        if (failure instanceof Unauthorized unauthorized) {
            return Credentials.problem(unauthorized);
        }
        if (ctx.statusCode() >= 400 && ctx.statusCode() < 500) {
            return plain(ctx.statusCode(), ctx.request(), routes);
        }
        LOG.error("{} {} failed", ctx.request().method(), ctx.request().path(), failure);
        return new Problem(500, "internal", "Something failed on our side; the server's log has the details.");
    }

    private static Problem plain(int status, HttpServerRequest request, String routes) {
        return switch (status) {
            case 403 ->
                new Problem(403, "origin_not_allowed", "Pages of this origin may not call this server; see --origins.");
            case 404 -> new Problem(404, "no_such_route", "There is nothing at this path. " + routes);
            case 413 ->
                new Problem(413, "body_too_large", "The body is larger than 1 MiB, the most that is taken.")
                        .header("Connection", "close");
            default ->
                new Problem(
                        status,
                        "bad_request",
                        request.method() + " with these headers or this body is not understood.");
        };
    }
}
