package dev.millrace.http;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server of a process. Verticles hang their routes on its router when they start; when all have, it listens.
 * One port serves whatever roles the process has, and each event loop runs the same router.
 */
public final class Edge {

    /** The only subprotocol we speak over WebSocket (wire/audio.md). The token beside it is never echoed. */
    public static final String AUDIO_SUBPROTOCOL = "audio.v1";

    private static final int MAX_REQUEST_LINE_BYTES = 8 << 10;
    private static final int MAX_HEADER_BYTES = 16 << 10;

    /** Three heartbeats: whoever lets none of them through in that time is gone. */
    private static final int WRITE_IDLE_SECONDS = 45;

    private final Vertx vertx;
    private final EdgeOptions options;
    private final Router router;
    private final List<String> deployments = new ArrayList<>();

    public Edge(Vertx vertx, EdgeOptions options) {
        this(vertx, options, UnaryOperator.identity());
    }

    /** @param translation makes a {@link Problem} of failures that only the verticles know, and leaves the others */
    public Edge(Vertx vertx, EdgeOptions options, UnaryOperator<Throwable> translation) {
        this.vertx = vertx;
        this.options = options;
        this.router = Router.router(vertx);
        Problems.catchAll(router, "The routes are /api/chat, /api/audio and /api/events.", translation);
        if (!options.origins().isEmpty()) {
            CorsHandler cors = cors();
            // A page of our own address is no stranger, whatever the list says; a browser names its origin all the
            // same.
            router.route().handler(ctx -> {
                if (isOurs(ctx.request().getHeader("Origin"), ctx.request().getHeader("Host"))) {
                    ctx.next();
                } else {
                    cors.handle(ctx);
                }
            });
        }
    }

    private CorsHandler cors() {
        return CorsHandler.create()
                .addOrigins(List.copyOf(options.origins()))
                .allowedMethods(java.util.Set.of(
                        io.vertx.core.http.HttpMethod.GET,
                        io.vertx.core.http.HttpMethod.POST,
                        io.vertx.core.http.HttpMethod.PUT,
                        io.vertx.core.http.HttpMethod.DELETE))
                .allowedHeaders(java.util.Set.of(
                        "Authorization", "Content-Type", "Last-Event-ID", "Idempotency-Key", "X-Stream-Protocol"))
                .exposedHeaders(
                        java.util.Set.of("Location", "X-Run-Id", "X-Session-Id", "X-Stream-Protocol", "Retry-After"))
                .maxAgeSeconds(600);
    }

    /** Where routes are hung. */
    public Router router() {
        return router;
    }

    /** Whether a page of this origin may open a WebSocket here. A program sends no origin. */
    public boolean admits(String origin, String host) {
        return options.origins().contains(origin) || isOurs(origin, host);
    }

    private static boolean isOurs(@Nullable String origin, @Nullable String host) {
        return host != null && (("http://" + host).equals(origin) || ("https://" + host).equals(origin));
    }

    /** Binds the port on every loop. Fails when it is taken. */
    public Future<Integer> listen() {
        // To Vert.x, port 0 is another port for each loop; a negative one is a port of its choice that all loops share.
        int port = options.port() == 0 ? -1 : options.port();
        List<Listener> listeners = new ArrayList<>();
        DeploymentOptions deployment = new DeploymentOptions().setInstances(options.loops());
        return vertx.deployVerticle(
                        () -> {
                            Listener listener = new Listener(options, server(port), router);
                            listeners.add(listener);
                            return listener;
                        },
                        deployment)
                .map(id -> {
                    deployments.add(id);
                    return listeners.get(0).port();
                });
    }

    private HttpServerOptions server(int port) {
        return new HttpServerOptions()
                .setHost(options.host())
                .setPort(port)
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setIdleTimeout(options.idleSeconds())
                // A reset waits behind bytes that a stalled reader never takes; this closes the socket under them.
                .setWriteIdleTimeout(WRITE_IDLE_SECONDS)
                .setTcpNoDelay(true)
                // With it on, Vert.x tells us of a connection only when its first head is complete, and who never
                // completes one holds a socket for ever. Browsers and proxies speak HTTP/2 over TLS only.
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(64 << 10)
                .setMaxWebSocketMessageSize(64 << 10)
                .setWebSocketSubProtocols(List.of(AUDIO_SUBPROTOCOL));
    }

    /** Closes the port and every connection. */
    public Future<Void> close() {
        return Future.join(deployments.stream().map(vertx::undeploy).toList()).mapEmpty();
    }
}
