package dev.millrace.audio.session;

import dev.millrace.audio.speech.SpeechEngines;
import dev.millrace.auth.Caller;
import dev.millrace.auth.Scope;
import dev.millrace.feed.Happenings;
import dev.millrace.log.MemoryLog;
import dev.millrace.run.Agents;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A node with the audio route and nothing else, behind a socket that admits everybody as Ada. */
final class House {

    static final Caller ADA = new Caller("default", "ada", Set.of(Scope.AUDIO), System.currentTimeMillis() + 3_600_000);

    /** On a machine that builds and tests at once every loop is late. */
    static final SessionLimits LIMITS = SessionLimits.DEFAULT.loopLag(60_000);

    final Sessions sessions;
    final int port;

    private House(Sessions sessions, int port) {
        this.sessions = sessions;
        this.port = port;
    }

    static MemoryLog log(Vertx vertx) {
        return new MemoryLog(vertx, System::currentTimeMillis, Map.of(), 16 << 20);
    }

    static House open(Vertx vertx, MemoryLog log, Agents agent, SpeechEngines engines, SessionLimits limits)
            throws Exception {
        Happenings told = Happenings.to(log, "main", "aaaaaaaa", System::currentTimeMillis);
        Sessions sessions = new Sessions(vertx, log, agent, engines, told.of("audio"), "aaaaaaaa", limits, null);
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                        .setMaxWebSocketFrameSize(128 << 10)
                        .setMaxWebSocketMessageSize(64 << 10))
                .webSocketHandler(socket -> sessions.open(socket, ADA));
        int port = server.listen(0)
                .map(HttpServer::actualPort)
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        return new House(sessions, port);
    }
}
