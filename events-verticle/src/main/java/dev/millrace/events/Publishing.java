package dev.millrace.events;

import dev.millrace.feed.CloudEvent;
import dev.millrace.feed.FeedName;
import dev.millrace.feed.Feeds;
import dev.millrace.feed.Published;
import dev.millrace.http.Body;
import dev.millrace.http.Home;
import dev.millrace.run.Refusal;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The handler of {@code POST /api/events}. */
final class Publishing {

    private static final String SINGLE = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";

    private final Feeds feeds;

    Publishing(Feeds feeds) {
        this.feeds = feeds;
    }

    /** {@code POST /api/events?feed=main}: one CloudEvent in structured mode, or a batch of them. */
    void publish(RoutingContext ctx) {
        FeedName feed = FeedRequest.publishable(ctx);
        Buffer body = Body.bytes(ctx, Set.of(SINGLE, BATCH));
        try {
            Future<JsonArray> results = Body.mediaType(ctx).equals(SINGLE) ? one(feed, body) : batch(feed, body);
            Home.bring(ctx, results)
                    .compose(done -> {
                        ctx.response().setStatusCode(202);
                        return ctx.json(new JsonObject().put("results", done));
                    })
                    .onFailure(cause -> ctx.fail(Refusals.problem(cause)));
        } catch (Refusal refused) {
            ctx.fail(Refusals.problem(refused));
        }
    }

    private Future<JsonArray> one(FeedName feed, Buffer body) {
        Body.object(body);
        return feeds.feed(feed).publish(CloudEvent.read(body)).map(published -> new JsonArray().add(result(published)));
    }

    /** Items that are no events are said to be none; the others are published in their order. */
    private Future<JsonArray> batch(FeedName feed, Buffer body) {
        Body.value(body);
        List<CloudEvent.Item> items = CloudEvent.batch(body);
        List<CloudEvent> events =
                items.stream().flatMap(item -> item.event().stream()).toList();
        List<Future<Published>> outcomes = feeds.feed(feed).publish(events);
        return Future.join(outcomes).transform(joined -> results(items, outcomes));
    }

    private static Future<JsonArray> results(List<CloudEvent.Item> items, List<Future<Published>> outcomes) {
        Optional<Throwable> broken = outcomes.stream()
                .filter(Future::failed)
                .map(Future::cause)
                .filter(cause -> !isOfTheItem(cause))
                .findFirst();
        if (broken.isPresent()) {
            // The log's trouble and not the events': the whole batch may be sent again, as nothing is stored twice.
            return Future.failedFuture(broken.get());
        }
        Iterator<Future<Published>> next = outcomes.iterator();
        List<JsonObject> results = new ArrayList<>(items.size());
        for (CloudEvent.Item item : items) {
            results.add(item.refusal().map(Refusals::item).orElseGet(() -> result(next.next())));
        }
        return Future.succeededFuture(new JsonArray(results));
    }

    private static boolean isOfTheItem(Throwable cause) {
        return cause instanceof Refusal refusal && refusal.status() < 500;
    }

    private static JsonObject result(Future<Published> outcome) {
        return outcome.succeeded() ? result(outcome.result()) : Refusals.item((Refusal) outcome.cause());
    }

    private static JsonObject result(Published published) {
        return new JsonObject().put("id", published.id().toString()).put("duplicate", published.duplicate());
    }
}
