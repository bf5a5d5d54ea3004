package dev.millrace.chat;

import dev.millrace.auth.Scope;
import dev.millrace.http.Body;
import dev.millrace.http.Methods;
import dev.millrace.launch.Services;
import dev.millrace.log.StreamLog;
import dev.millrace.rescue.LostRuns;
import dev.millrace.run.Agents;
import dev.millrace.watch.EventSources;
import dev.millrace.watch.Watch;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Owns {@code /api/chat}: it asks agents to run, and streams from the log what they append. */
final class ChatVerticle extends VerticleBase {

    private static final String CHAT = "/api/chat";
    private static final String SESSIONS = "/api/chat/sessions";
    private static final String SESSION = "/api/chat/sessions/:session";
    private static final String RUNS = "/api/chat/runs";
    private static final String RUN = "/api/chat/:run";
    private static final String STREAM = "/api/chat/:chat/stream";
    private static final String STOP = "/api/chat/:chat/stop";
    private static final String INPUT = "/api/chat/:run/input";

    private static final long BODY_LIMIT_BYTES = 1 << 20;

    private final Services services;

    ChatVerticle(Services services) {
        this.services = services;
    }

    @Override
    public Future<?> start() {
        Router router = services.edge().router();
        Handler<RoutingContext> credentials = services.credentials().require(Scope.CHAT);
        Handler<RoutingContext> body = Body.upTo(BODY_LIMIT_BYTES);
        Agents agents = services.agents();
        LostRuns lostRuns = services.lostRuns();
        StreamLog log = services.log();
        Streams streams = new Streams(log, new Watch(log, services.heartbeats()));
        Questions questions = new Questions(agents, log, streams, new Replies(agents, lostRuns, log, streams));
        Runs runs =
                new Runs(agents, lostRuns, log, streams, services.happenings().of("chat"));
        Chats chats = new Chats(agents, lostRuns, log, streams);
        Sessions sessions = new Sessions(agents, log);

        router.post(CHAT)
                .handler(services.edge().newWork())
                .handler(credentials)
                .handler(body)
                .handler(questions::ask);
        Methods.only(router, CHAT, "POST");
        router.get(SESSIONS).handler(credentials).handler(sessions::list);
        Methods.only(router, SESSIONS, "GET");
        router.get(SESSION).handler(credentials).handler(sessions::show);
        router.delete(SESSION).handler(credentials).handler(sessions::erase);
        router.patch(SESSION).handler(credentials).handler(body).handler(sessions::amend);
        Methods.only(router, SESSION, "GET, PATCH, DELETE");
        router.get(RUNS).handler(credentials).handler(new RunList(services.log())::list);
        Methods.only(router, RUNS, "GET");
        router.post(INPUT).handler(credentials).handler(body).handler(runs::input);
        Methods.only(router, INPUT, "POST");
        router.get(STREAM)
                .handler(EventSources.ofRuns(services.heartbeats()))
                .handler(services.edge().newStreams())
                .handler(credentials)
                .handler(chats::stream);
        Methods.only(router, STREAM, "GET");
        router.post(STOP).handler(credentials).handler(body).handler(chats::stop);
        Methods.only(router, STOP, "POST");
        router.get(RUN)
                .handler(EventSources.ofRuns(services.heartbeats()))
                .handler(services.edge().newStreams())
                .handler(credentials)
                .handler(runs::watch);
        router.delete(RUN).handler(credentials).handler(runs::cancel);
        Methods.only(router, RUN, "GET, DELETE");
        return Future.succeededFuture();
    }
}
