package dev.millrace.chat;

import dev.millrace.chat.agui.AgUi;
import dev.millrace.chat.aisdk.AiSdk;
import dev.millrace.chat.dialect.Dialect;
import dev.millrace.http.Body;
import dev.millrace.http.Problem;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Which protocol a client speaks: the query says it, else a header, else the body's shape. */
final class Dialects {

    private Dialects() {}

    /** Of a question. @throws Problem 400 when it is none that is spoken here */
    static Dialect of(RoutingContext ctx, Body body) {
        String asked = asked(ctx);
        if (asked != null) {
            return asked.equals(AgUi.NAME) ? AgUi.of(body) : named(asked);
        }
        if (AgUi.isSpokenIn(body)) {
            return AgUi.of(body);
        }
        if (AiSdk.isSpokenIn(body)) {
            return new AiSdk(false);
        }
        if (NativeDialect.isSpokenIn(body)) {
            return new NativeDialect();
        }
        throw unknown("The body is of no protocol that is spoken here.");
    }

    /** Of a request without a body. @param usually what is meant when it does not say */
    static Dialect of(RoutingContext ctx, String usually) {
        String asked = asked(ctx);
        return named(asked == null ? usually : asked);
    }

    private static Dialect named(String name) {
        return switch (name) {
            case NativeDialect.NAME -> new NativeDialect();
            case AiSdk.NAME -> new AiSdk(false);
            case AiSdk.NEWEST -> new AiSdk(true);
            case AgUi.NAME -> AgUi.bare();
            default -> throw unknown("'" + name + "' is not spoken here.");
        };
    }

    private static @Nullable String asked(RoutingContext ctx) {
        String query = ctx.request().getParam("protocol");
        return query == null ? ctx.request().getHeader(Dialect.HEADER) : query;
    }

    private static Problem unknown(String what) {
        return Problem.badRequest(
                "unknown_protocol",
                what + " The protocols are native, ai-sdk and ag-ui; a native body is like {\"message\":\"…\"}.");
    }
}
