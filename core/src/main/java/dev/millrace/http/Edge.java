package dev.millrace.http;

import dev.millrace.tls.CertifiedKey;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.CorsHandler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of a process. Verticles hang their routes on its router when they start; when all have, it listens.
 * One port serves whatever roles the process has, and each event loop runs the same router.
 */
public final class Edge {

    /** The only subprotocol we speak over WebSocket (wire/audio.md). The token beside it is never echoed. */
    public static final String AUDIO_SUBPROTOCOL = "audio.v1";

    private static final Logger LOG = LoggerFactory.getLogger(Edge.class);

    private final Vertx vertx;
    private final WatchedTransport transport;
    private final EdgeOptions options;
    private final Router router;
    private final Gate newWork = new Gate();
    private final Gate newStreams = new Gate();
    private final List<String> deployments = new ArrayList<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    private Optional<CertifiedKey> key = Optional.empty();
    private @Nullable Renewal renewal;

    public Edge(Vertx vertx, WatchedTransport transport, EdgeOptions options) {
        this(vertx, transport, options, UnaryOperator.identity());
    }

    /**
     * A server that does not listen yet.
     *
     * @param transport that of {@code vertx}
     * @param translation makes a {@link Problem} of failures that only the verticles know, and leaves the others
     */
    public Edge(Vertx vertx, WatchedTransport transport, EdgeOptions options, UnaryOperator<Throwable> translation) {
        this.vertx = vertx;
        this.transport = transport;
        this.options = options;
        this.router = Router.router(vertx);
        Problems.catchAll(router, "The routes are /api/chat, /api/audio and /api/events.", translation);
        if (!options.origins().isEmpty()) {
            CorsHandler cors = cors();
            // A page of our own address is no stranger, whatever the list says; a browser names its origin all the
            // same.
            router.route().handler(ctx -> {
                if (isOurs(ctx.request().getHeader("Origin"), host(ctx.request()))) {
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
                        io.vertx.core.http.HttpMethod.PATCH,
                        io.vertx.core.http.HttpMethod.DELETE))
                .allowedHeaders(java.util.Set.of(
                        "Authorization", "Content-Type", "Last-Event-ID", "Idempotency-Key", "X-Stream-Protocol"))
                .exposedHeaders(java.util.Set.of(
                        "Location",
                        "X-Run-Id",
                        "X-Session-Id",
                        "X-Stream-Protocol",
                        "X-Vercel-AI-UI-Message-Stream",
                        "Retry-After"))
                .maxAgeSeconds(600);
    }

    /** Where routes are hung. */
    public Router router() {
        return router;
    }

    /** Stands before the routes that begin what takes time: closed first when the process is to stop. */
    public Gate newWork() {
        return newWork;
    }

    /** Stands before the routes that open a stream of what is there already. */
    public Gate newStreams() {
        return newStreams;
    }

    /** From now on nothing new begins here, and each connection closes behind its next answer. */
    public void refuseWork() {
        newWork.close();
    }

    /** From now on nobody new reads here. */
    public void refuseStreams() {
        newStreams.close();
    }

    /** Whether a page of this origin may open a WebSocket here. A program sends no origin. */
    public boolean admits(String origin, String host) {
        return options.origins().contains(origin) || isOurs(origin, host);
    }

    /** As the client wrote it: in the header Host, or with HTTP/2 in {@code :authority}. */
    private static @Nullable String host(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        return authority == null ? null : authority.toString();
    }

    private static boolean isOurs(@Nullable String origin, @Nullable String host) {
        return host != null && (("http://" + host).equals(origin) || ("https://" + host).equals(origin));
    }

    /**
     * Reads the certificate, if there is to be one, so that a bad one is told of before any port is open.
     *
     * @return fails with one sentence that names the file
     */
    public Future<Void> prepare() {
        return options.tls()
                .map(files -> vertx.executeBlocking(() -> CertifiedKey.read(vertx, files.certificate(), files.key()))
                        .map(found -> certified(files, found)))
                .orElseGet(Future::succeededFuture);
    }

    private @Nullable Void certified(TlsFiles files, CertifiedKey found) {
        key = Optional.of(found);
        if (found.notAfter().isBefore(Instant.now())) {
            LOG.warn(
                    "the certificate in {} expired at {}; clients will refuse it",
                    files.certificate(),
                    found.notAfter());
        }
        return null;
    }

    /** Binds the port on every loop. Fails when it is taken, and as {@link #prepare} does if that was not called. */
    public Future<Integer> listen() {
        return (key.isPresent() ? Future.<Void>succeededFuture() : prepare()).compose(prepared -> bind());
    }

    private Future<Integer> bind() {
        // To Vert.x, port 0 is another port for each loop; a negative one is a port of its choice that all loops share.
        HttpServerOptions server = HttpLimits.server(options, options.port() == 0 ? -1 : options.port(), key);
        DeploymentOptions deployment = new DeploymentOptions().setInstances(options.loops());
        return vertx.deployVerticle(
                        () -> {
                            Listener listener = new Listener(options, server, transport, router, newWork);
                            listeners.add(listener);
                            return listener;
                        },
                        deployment)
                .map(id -> {
                    deployments.add(id);
                    Listener first = listeners.get(0);
                    options.tls()
                            .ifPresent(files ->
                                    key.ifPresent(found -> renewal = new Renewal(vertx, files, found, first::renew)));
                    return first.port();
                });
    }

    /** Closes the port, and each connection when the answer under way on it is over, or when the time is. */
    public Future<Void> shutdown(long millis) {
        return Future.join(listeners.stream()
                        .map(listener -> listener.shutdown(millis))
                        .toList())
                .mapEmpty();
    }

    /** Closes the port and every connection. */
    public Future<Void> close() {
        Future<Void> quiet = renewal == null ? Future.succeededFuture() : renewal.stop();
        return quiet.eventually(
                () -> Future.join(deployments.stream().map(vertx::undeploy).toList()));
    }
}
