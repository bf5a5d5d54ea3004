package dev.millrace.watch;

import dev.millrace.http.PutOff;
import dev.millrace.sse.Heartbeats;
import dev.millrace.sse.SseResponse;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/**
 * Stands first on a route that streams. A browser's EventSource never comes back after an answer that is not 200; so when
 * the route refuses what would go well a little later, on another process or on this one, an EventSource gets a stream
 * that says when to come back and is over. A program that asks for {@code on_gap=fail} wants to be refused, and is.
 */
public final class EventSources implements Handler<RoutingContext> {

    private final Heartbeats heartbeats;
    private final boolean clean;

    private EventSources(Heartbeats heartbeats, boolean clean) {
        this.heartbeats = heartbeats;
        this.clean = clean;
    }

    /** For streams without an end of their own, which may end cleanly at any time. */
    public static EventSources ofFeeds(Heartbeats heartbeats) {
        return new EventSources(heartbeats, true);
    }

    /** For streams with a last word: without it they are reset, since a clean end looks like the end of the answer. */
    public static EventSources ofRuns(Heartbeats heartbeats) {
        return new EventSources(heartbeats, false);
    }

    @Override
    public void handle(RoutingContext ctx) {
        if (isOne(ctx.request())) {
            PutOff.by(ctx, refused -> SseResponse.turnAway(refused.request(), heartbeats, clean));
        }
        ctx.next();
    }

    private static boolean isOne(HttpServerRequest request) {
        String accept = request.getHeader("Accept");
        return request.method() == HttpMethod.GET
                && accept != null
                && accept.toLowerCase(Locale.ROOT).contains("text/event-stream")
                && !"fail".equals(request.getParam("on_gap"));
    }
}
