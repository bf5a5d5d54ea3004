package dev.millrace.events;

import dev.millrace.auth.Caller;
import dev.millrace.event.EventId;
import dev.millrace.feed.Commit;
import dev.millrace.feed.Consumers;
import dev.millrace.feed.FeedName;
import dev.millrace.feed.Lag;
import dev.millrace.http.Body;
import dev.millrace.http.Credentials;
import dev.millrace.http.Home;
import dev.millrace.http.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;

/** The handlers of named consumers. */
final class Consuming {

    private final Consumers consumers;

    Consuming(Consumers consumers) {
        this.consumers = consumers;
    }

    /** {@code PUT /api/events/consumers/{consumer}?feed=main} with {@code {"id":"1842-…","rewind":false}}. */
    void commit(RoutingContext ctx) {
        FeedName feed = FeedRequest.readable(ctx);
        String consumer = FeedRequest.consumer(ctx.pathParam("consumer"));
        Body body = Body.json(ctx);
        EventId id = id(body);
        boolean rewind = body.flag("rewind");
        String by = Credentials.caller(ctx).subject();
        Commit commit = new Commit(feed.name(), consumer, id, by, 0);
        Home.bring(ctx, consumers.commit(commit, feed.tenant(), rewind).compose(stored -> consumers.lag(feed, stored)))
                .compose(lag -> ctx.json(json(lag)))
                .onFailure(cause -> ctx.fail(Refusals.problem(cause)));
    }

    private static EventId id(Body body) {
        String text = body.text("id").orElseThrow(() -> Problem.badRequest("bad_field", "'id' is missing.")
                .with("field", "id"));
        return EventId.parse(text).orElseThrow(() -> Problem.badRequest(
                        "bad_field", "'id' must be an event id like 42-1795165913943, as the feed gave it.")
                .with("field", "id"));
    }

    /** {@code GET /api/events/consumers}: those of feeds that the caller may read. */
    void list(RoutingContext ctx) {
        Caller caller = Credentials.caller(ctx);
        Home.bring(ctx, consumers.list(caller.tenant()))
                .compose(lags -> ctx.json(new JsonObject().put("consumers", json(caller, lags))))
                .onFailure(ctx::fail);
    }

    private static JsonArray json(Caller caller, List<Lag> lags) {
        return new JsonArray(lags.stream()
                .filter(lag -> caller.feeds().mayRead(lag.commit().feed()))
                .map(Consuming::json)
                .toList());
    }

    private static JsonObject json(Lag lag) {
        Commit commit = lag.commit();
        return new JsonObject()
                .put("consumer", commit.consumer())
                .put("feed", commit.feed())
                .put("id", commit.id().toString())
                .put("committed_by", commit.by())
                .put("committed_at", Instant.ofEpochMilli(commit.millis()).toString())
                .put("head", lag.head().toString())
                .put("lag_events", lag.events())
                .put("lag_ms", lag.millis());
    }

    /** {@code DELETE /api/events/consumers/{consumer}?feed=main}. */
    void forget(RoutingContext ctx) {
        FeedName feed = FeedRequest.readable(ctx);
        String consumer = FeedRequest.consumer(ctx.pathParam("consumer"));
        Home.bring(ctx, consumers.forget(feed, consumer))
                .onSuccess(was -> {
                    if (was) {
                        ctx.response().setStatusCode(204).end();
                    } else {
                        ctx.fail(Problem.notFound("consumer"));
                    }
                })
                .onFailure(ctx::fail);
    }
}
