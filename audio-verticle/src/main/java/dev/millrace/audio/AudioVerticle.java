package dev.millrace.audio;

import dev.millrace.auth.Scope;
import dev.millrace.http.Credentials;
import dev.millrace.http.Edge;
import dev.millrace.http.Methods;
import dev.millrace.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * Owns {@code /api/audio}. It upgrades who may come in and says, in the protocol's own words, that it has no speech
 * engine: a client can tell this from a server that is broken, or from one it may not use.
 */
final class AudioVerticle extends VerticleBase {

    private static final String AUDIO = "/api/audio";

    /** "engine failed" of wire/audio.md: a resume is allowed, on a server that has an engine. */
    private static final short ENGINE_FAILED = 4500;

    private final Edge edge;
    private final Credentials credentials;

    AudioVerticle(Edge edge, Credentials credentials) {
        this.edge = edge;
        this.credentials = credentials;
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

    /** A page of a stranger's site could open a socket with its visitor's network place: only known origins may. */
    private void requireUpgrade(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            throw new Problem(426, "upgrade_required", "This route is a WebSocket; send an upgrade.")
                    .header("Upgrade", "websocket")
                    .header("Connection", "Upgrade");
        }
        String origin = request.getHeader("Origin");
        if (origin != null && !edge.admits(origin, String.valueOf(request.getHeader("Host")))) {
            throw new Problem(
                    403, "origin_not_allowed", "Pages of this origin may not open a socket here; see --origins.");
        }
        ctx.next();
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
