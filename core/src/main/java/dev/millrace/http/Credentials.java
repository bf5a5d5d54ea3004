package dev.millrace.http;

import dev.millrace.auth.Bearer;
import dev.millrace.auth.Caller;
import dev.millrace.auth.Scope;
import dev.millrace.auth.TokenVerifier;
import dev.millrace.auth.Unauthorized;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Optional;

/**
 * Lets a request pass when it carries a token with one of the scopes a route asks for. The token stands in {@code
 * Authorization}, or, for a WebSocket of a browser, which can set no header, in {@code Sec-WebSocket-Protocol}.
 */
public final class Credentials {

    private static final String CALLER = "millrace.caller";

    private final TokenVerifier verifier;

    public Credentials(TokenVerifier verifier) {
        this.verifier = verifier;
    }

    /** A handler that fails with 401 or 403, or goes on to the next with the {@link #caller}. */
    public Handler<RoutingContext> require(Scope scope) {
        return ctx -> {
            HttpServerRequest request = ctx.request();
            // A body that arrives while the token is looked at would be lost: nobody listens for it yet.
            request.pause();
            token(request)
                    .map(verifier::verify)
                    .orElseGet(() -> Future.failedFuture(Unauthorized.missing()))
                    .onComplete(verified -> {
                        request.resume();
                        if (verified.failed()) {
                            ctx.fail(verified.cause());
                        } else if (!verified.result().may(scope)) {
                            ctx.fail(forbidden(scope));
                        } else {
                            ctx.put(CALLER, verified.result());
                            ctx.next();
                        }
                    });
        };
    }

    /** Lets a request pass that a route has found good by other means than a token: with a ticket. */
    public static void admit(RoutingContext ctx, Caller caller) {
        ctx.put(CALLER, caller);
        ctx.next();
    }

    /** Who is calling, behind {@link #require} or {@link #admit}. */
    public static Caller caller(RoutingContext ctx) {
        return Objects.requireNonNull(ctx.<Caller>get(CALLER), "the route asks for no credentials");
    }

    private static Optional<String> token(HttpServerRequest request) {
        String authorization = request.getHeader("Authorization");
        if (authorization != null) {
            return Bearer.fromHeader(authorization);
        }
        String protocols = request.getHeader("Sec-WebSocket-Protocol");
        return protocols == null ? Optional.empty() : Bearer.fromProtocols(protocols);
    }

    private static Problem forbidden(Scope scope) {
        return new Problem(
                403,
                "scope_missing",
                "The token does not have the scope '" + scope.text() + "' that this route needs.");
    }

    static Problem problem(Unauthorized unauthorized) {
        return new Problem(401, unauthorized.code(), String.valueOf(unauthorized.getMessage()))
                .header("WWW-Authenticate", "Bearer realm=\"millrace\"");
    }
}
