package dev.millrace.events;

import dev.millrace.auth.Scope;
import dev.millrace.http.Body;
import dev.millrace.http.Credentials;
import dev.millrace.http.Methods;
import dev.millrace.http.Problem;
import dev.millrace.launch.Services;
import dev.millrace.log.LogFull;
import dev.millrace.log.Start;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.watch.Watch;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Owns {@code /api/events}: feeds of CloudEvents, published here and streamed from the log. */
final class EventsVerticle extends VerticleBase {

    private static final String EVENTS = "/api/events";
    private static final String DEFAULT_FEED = "main";
    private static final Pattern FEED = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final String SINGLE = "application/cloudevents+json";
    private static final long BODY_LIMIT_BYTES = 1 << 20;

    private final Services services;
    private final StreamLog log;
    private final Watch watch;

    EventsVerticle(Services services) {
        this.services = services;
        this.log = services.log();
        this.watch = new Watch(log, services.heartbeats());
    }

    @Override
    public Future<?> start() {
        Router router = services.edge().router();
        router.get(EVENTS)
                .handler(services.credentials().require(Scope.EVENTS_READ))
                .handler(this::read);
        router.post(EVENTS)
                .handler(services.credentials().require(Scope.EVENTS_PUBLISH))
                .handler(Body.upTo(BODY_LIMIT_BYTES))
                .handler(this::publish);
        Methods.only(router, EVENTS, "GET, POST");
        return Future.succeededFuture();
    }

    /** {@code GET /api/events?feed=main}: from a position, else from now on. */
    private void read(RoutingContext ctx) {
        Start start = Watch.start(ctx).orElseGet(Start.Latest::new);
        watch.feed(ctx, feed(ctx), start).onFailure(ctx::fail);
    }

    /** {@code POST /api/events?feed=main}: one CloudEvent in structured mode. */
    private void publish(RoutingContext ctx) {
        StreamName feed = feed(ctx);
        CloudEvent event = CloudEvent.read(Body.object(Body.bytes(ctx, Set.of(SINGLE))));
        log.append(feed, List.of(event), StreamLog.ANYWHERE)
                .compose(appended -> {
                    JsonObject result = new JsonObject()
                            .put("id", appended.last().toString())
                            .put("duplicate", false);
                    ctx.response().setStatusCode(202);
                    return ctx.json(new JsonObject().put("results", new JsonArray().add(result)));
                })
                .onFailure(cause -> ctx.fail(
                        cause instanceof LogFull ? new Problem(503, "log_full", "The log has no room.") : cause));
    }

    private static StreamName feed(RoutingContext ctx) {
        String feed = ctx.request().getParam("feed", DEFAULT_FEED);
        if (!FEED.matcher(feed).matches()) {
            throw Problem.badRequest(
                    "bad_parameter", "feed must have 1 to 64 lower-case letters, digits, dots, dashes or underscores.");
        }
        return StreamName.feed(Credentials.caller(ctx).tenant(), feed);
    }
}
