package dev.millrace.events;

import dev.millrace.feed.Feed;
import dev.millrace.feed.FeedName;
import dev.millrace.feed.Feeds;
import dev.millrace.feed.Filter;
import dev.millrace.http.Home;
import dev.millrace.log.Start;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.watch.Watch;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** The handlers of feeds for who reads them. */
final class Reading {

    private final StreamLog log;
    private final Feeds feeds;
    private final Watch watch;

    Reading(StreamLog log, Feeds feeds, Watch watch) {
        this.log = log;
        this.feeds = feeds;
        this.watch = watch;
    }

    /** {@code GET /api/events?feed=main&type=…&subject=…}: from a position, else from now on. */
    void stream(RoutingContext ctx) {
        FeedName feed = FeedRequest.readable(ctx);
        Filter filter = FeedRequest.filter(ctx);
        Start asked = Watch.start(ctx).orElseGet(Start.Latest::new);
        String consumer = ctx.request().getParam("consumer");
        Future<Start> start = consumer == null
                ? Future.succeededFuture(asked)
                : start(ctx, feeds.feed(feed), FeedRequest.consumer(consumer), asked);
        // A consumer that lost its place wants what is there, not only what comes.
        boolean live = consumer == null && ctx.request().getParam("from") == null;
        Home.bring(ctx, start)
                .compose(from -> watch.feed(ctx, feed.stream(), from, filter, live))
                .onFailure(ctx::fail);
    }

    /** After what the consumer committed, unless the request has an id; {@code from} is for the very first time. */
    private static Future<Start> start(RoutingContext ctx, Feed feed, String consumer, Start asked) {
        if (hasId(ctx.request())) {
            return Future.succeededFuture(asked);
        }
        return feed.committed(consumer).map(found -> found.<Start>map(commit -> new Start.After(commit.id()))
                .orElse(asked));
    }

    private static boolean hasId(HttpServerRequest request) {
        String header = request.getHeader("Last-Event-ID");
        return (header != null && !header.isEmpty()) || request.getParam("last_event_id") != null;
    }

    /** {@code GET /api/events/feeds/{feed}}: what is kept. A feed nobody published to is empty, and no error. */
    void describe(RoutingContext ctx) {
        FeedName feed = FeedRequest.readable(
                ctx, Optional.ofNullable(ctx.pathParam("feed")).orElse(""));
        long maxAge = log.retention(StreamName.Kind.FEED).age().toSeconds();
        Home.bring(ctx, feeds.feed(feed).extent())
                .compose(extent -> ctx.json(new JsonObject()
                        .put("first", extent.first().toString())
                        .put("head", extent.head().toString())
                        .put("events", extent.events())
                        .put("bytes", extent.bytes())
                        .put("max_age", maxAge)))
                .onFailure(ctx::fail);
    }
}
