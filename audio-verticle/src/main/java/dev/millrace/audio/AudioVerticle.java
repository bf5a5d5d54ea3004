package dev.millrace.audio;

import dev.millrace.audio.speech.SpeechEngines;
import dev.millrace.auth.Scope;
import dev.millrace.http.Credentials;
import dev.millrace.http.Edge;
import dev.millrace.http.Methods;
import dev.millrace.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Owns {@code /api/audio}. It upgrades who may come in and says, in the protocol's own words, that it has no speech
 * engine: a client can tell this from a server that is broken, or from one it may not use.
 */
final class AudioVerticle extends VerticleBase {

    private static final String AUDIO = "/api/audio";

    /** "engine failed" of wire/audio.md: a resume is allowed, on a server that has an engine. */
    private static final short ENGINE_FAILED = 4500;

    /** Sixteen bytes in base64. */
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

    private final Edge edge;
    private final Credentials credentials;
    private final SpeechEngines engines;

    AudioVerticle(Edge edge, Credentials credentials, SpeechEngines engines) {
        this.edge = edge;
        this.credentials = credentials;
        this.engines = engines;
    }

    @Override
    public Future<?> start() {
        edge.router()
                .get(AUDIO)
                .handler(this::requireUpgrade)
                .handler(credentials.require(Scope.AUDIO))
                .handler(AudioVerticle::open);
        Methods.only(edge.router(), AUDIO, "GET");
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return engines.close();
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

    private static void open(RoutingContext ctx) {
        ctx.request().toWebSocket().onSuccess(AudioVerticle::refuse).onFailure(ctx::fail);
    }

    private static void refuse(ServerWebSocket socket) {
        JsonObject error = new JsonObject()
                .put("type", "error")
                .put("code", "no_engine")
                .put("message", "This server has no speech engine.")
                .put("fatal", true);
        socket.writeTextMessage(error.encode())
                .eventually(() -> socket.close(ENGINE_FAILED, "no speech engine"))
                .onFailure(gone -> socket.close());
    }
}
