package dev.millrace.chat;

import dev.millrace.http.Body;
import dev.millrace.http.Problem;
import dev.millrace.run.Revision;
import io.vertx.ext.web.RoutingContext;

/**
 * Which protocol a client speaks: the query says it, else a header, else the body's shape. Native is the one that is
 * spoken here so far; who means another is told so, and not answered in a tongue it cannot read.
 */
final class Dialect {

    static final String HEADER = "X-Stream-Protocol";
    static final String NATIVE = "native";

    private Dialect() {}

    /** @throws Problem 400 for a client that does not speak native */
    static void require(RoutingContext ctx, Body body) {
        String asked = asked(ctx);
        if (asked != null && !asked.equals(NATIVE)) {
            throw unknown("'" + asked + "' is not spoken here.");
        }
        if (asked == null && !body.has("message") && !body.has(Revision.Kind.REGENERATE.field())) {
            throw unknown("The body has no 'message' and no 'regenerate', so it is not native.");
        }
    }

    private static @org.jspecify.annotations.Nullable String asked(RoutingContext ctx) {
        String query = ctx.request().getParam("protocol");
        return query == null ? ctx.request().getHeader(HEADER) : query;
    }

    private static Problem unknown(String what) {
        return Problem.badRequest(
                "unknown_protocol",
                what + " The protocols are native, ai-sdk and ag-ui, and this server speaks native:"
                        + " {\"message\":\"…\"}.");
    }
}
