package dev.millrace.audio;

import dev.millrace.audio.capture.CaptureFolder;
import dev.millrace.audio.session.SessionLimits;
import dev.millrace.audio.session.Sessions;
import dev.millrace.audio.speech.SpeechEngines;
import dev.millrace.auth.Caller;
import dev.millrace.auth.Scope;
import dev.millrace.http.Credentials;
import dev.millrace.http.Edge;
import dev.millrace.http.Methods;
import dev.millrace.http.Problem;
import dev.millrace.launch.Services;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Owns {@code /api/audio}: it upgrades who may come in, and gives the socket to a session. */
final class AudioVerticle extends VerticleBase {

    private static final String AUDIO = "/api/audio";

    /** Sixteen bytes in base64. */
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

    private final Edge edge;
    private final Credentials credentials;
    private final SpeechEngines engines;
    private final Sessions sessions;
    private final @Nullable CaptureFolder captures;

    AudioVerticle(Services services, SpeechEngines engines, SessionLimits limits, @Nullable CaptureFolder captures) {
        this.edge = services.edge();
        this.credentials = services.credentials();
        this.engines = engines;
        this.sessions = new Sessions(
                services.vertx(),
                services.log(),
                services.agents(),
                engines,
                services.happenings().of("audio"),
                services.tag(),
                limits,
                captures);
        this.captures = captures;
    }

    @Override
    public Future<?> start() {
        edge.router()
                .get(AUDIO)
                .handler(edge.newWork())
                .handler(this::requireUpgrade)
                .handler(credentials.require(Scope.AUDIO))
                .handler(this::open);
        Methods.only(edge.router(), AUDIO, "GET");
        return Future.succeededFuture();
    }

    /** Sends every session to another node. On any thread; completes when all are gone. */
    Future<Void> drain(long graceMillis) {
        return sessions.move(graceMillis);
    }

    @Override
    public Future<?> stop() {
        if (captures != null) {
            captures.close();
        }
        return sessions.close().eventually(engines::close);
    }

    /** A page of a stranger's site could open a socket with its visitor's network place: only known origins may. */
    private void requireUpgrade(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            throw new Problem(426, "upgrade_required", "This route is a WebSocket; send an upgrade.")
                    .header("Upgrade", "websocket")
                    .header("Connection", "Upgrade");
        }
        requireHandshake(request);
        String origin = request.getHeader("Origin");
        if (origin != null && !edge.admits(origin, String.valueOf(request.getHeader("Host")))) {
            throw new Problem(
                    403, "origin_not_allowed", "Pages of this origin may not open a socket here; see --origins.");
        }
        ctx.next();
    }

    /** RFC 6455, section 4.2.1. Vert.x looks at it too, but answers in words of its own and calls it our failure. */
    private static void requireHandshake(HttpServerRequest request) {
        if (!"13".equals(request.getHeader("Sec-WebSocket-Version"))) {
            throw new Problem(426, "upgrade_required", "This route takes Sec-WebSocket-Version 13.")
                    .header("Upgrade", "websocket")
                    .header("Connection", "Upgrade")
                    .header("Sec-WebSocket-Version", "13");
        }
        String key = String.valueOf(request.getHeader("Sec-WebSocket-Key"));
        if (request.version() != HttpVersion.HTTP_1_1
                || names(request.getHeader("Connection")).noneMatch("upgrade"::equalsIgnoreCase)
                || !KEY.matcher(key).matches()) {
            throw Problem.badRequest(
                    "bad_handshake",
                    "A WebSocket begins with GET over HTTP/1.1, Connection: Upgrade and a Sec-WebSocket-Key of 16 bytes"
                            + " in base64.");
        }
        List<String> offered = names(request.getHeader("Sec-WebSocket-Protocol"))
                .filter(name -> !name.startsWith("bearer."))
                .toList();
        if (!offered.isEmpty() && !offered.contains(Edge.AUDIO_SUBPROTOCOL)) {
            throw Problem.badRequest(
                    "unsupported_subprotocol",
                    "This route speaks the subprotocol " + Edge.AUDIO_SUBPROTOCOL + " and no other.");
        }
    }

    /** The names of a list in a header; none when it is absent. */
    private static Stream<String> names(@Nullable String header) {
        return header == null
                ? Stream.empty()
                : Arrays.stream(header.split(",")).map(String::trim).filter(name -> !name.isEmpty());
    }

    private void open(RoutingContext ctx) {
        Caller caller = Credentials.caller(ctx);
        ctx.request()
                .toWebSocket()
                .onSuccess(socket -> sessions.open(socket, caller))
                .onFailure(ctx::fail);
    }
}
