package dev.millrace.events;

import dev.millrace.auth.Scope;
import dev.millrace.feed.Feeds;
import dev.millrace.http.Body;
import dev.millrace.http.Methods;
import dev.millrace.launch.Services;
import dev.millrace.watch.EventSources;
import dev.millrace.watch.Watch;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Owns {@code /api/events}: feeds of CloudEvents, published here and streamed from the log. */
final class EventsVerticle extends VerticleBase {

    static final String EVENTS = "/api/events";
    private static final String FEED = "/api/events/feeds/:feed";
    private static final String CONSUMERS = "/api/events/consumers";
    private static final String CONSUMER = "/api/events/consumers/:consumer";
    private static final String TICKET = "/api/events/ticket";

    private static final long BODY_LIMIT_BYTES = 1 << 20;
    private static final long COMMIT_LIMIT_BYTES = 4 << 10;

    private final Services services;

    EventsVerticle(Services services) {
        this.services = services;
    }

    @Override
    public Future<?> start() {
        Router router = services.edge().router();
        Handler<RoutingContext> reads = services.credentials().require(Scope.EVENTS_READ);
        Handler<RoutingContext> publishes = services.credentials().require(Scope.EVENTS_PUBLISH);
        Feeds feeds = new Feeds(services.log());
        Publishing publishing = new Publishing(feeds);
        Reading reading = new Reading(services.log(), feeds, new Watch(services.log(), services.heartbeats()));
        Consuming consuming = new Consuming(feeds.consumers());
        Ticketing ticketing = new Ticketing(services.tickets(), reads);

        router.get(EVENTS)
                .handler(EventSources.ofFeeds(services.heartbeats()))
                .handler(services.edge().newStreams())
                .handler(ticketing::admit)
                .handler(reading::stream);
        router.post(EVENTS)
                .handler(publishes)
                .handler(Body.upTo(BODY_LIMIT_BYTES))
                .handler(publishing::publish);
        Methods.only(router, EVENTS, "GET, POST");
        router.get(FEED).handler(reads).handler(reading::describe);
        Methods.only(router, FEED, "GET");
        router.get(CONSUMERS).handler(reads).handler(consuming::list);
        Methods.only(router, CONSUMERS, "GET");
        router.put(CONSUMER)
                .handler(reads)
                .handler(Body.upTo(COMMIT_LIMIT_BYTES))
                .handler(consuming::commit);
        router.delete(CONSUMER).handler(reads).handler(consuming::forget);
        Methods.only(router, CONSUMER, "PUT, DELETE");
        router.post(TICKET).handler(reads).handler(ticketing::issue);
        Methods.only(router, TICKET, "POST");
        return Future.succeededFuture();
    }
}
