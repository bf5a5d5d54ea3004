package dev.millrace.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.ext.web.Router;
import java.util.concurrent.TimeUnit;

/** The edge on one event loop: it accepts connections, hurries those who dawdle, and hands requests to the router. */
@SuppressWarnings("NullAway.Init") // a verticle begins in start()
final class Listener extends VerticleBase {

    /** Of RFC 9113, section 7. */
    private static final long NO_ERROR = 0;

    private final EdgeOptions options;
    private final HttpServerOptions serverOptions;
    private final WatchedTransport transport;
    private final Router router;
    private final Gate newWork;
    private final Lifetimes lifetimes;
    private Patience<Arrival> heads;
    private Patience<HttpConnection> nextHeads;
    /** Closed at the next tick and not at once: a request that is on its way meanwhile would be lost without an answer. */
    private Patience<HttpConnection> overs;

    private Patience<HttpServerRequest> bodies;
    private HttpServer server;

    Listener(
            EdgeOptions options,
            HttpServerOptions serverOptions,
            WatchedTransport transport,
            Router router,
            Gate newWork) {
        this.options = options;
        this.serverOptions = serverOptions;
        this.transport = transport;
        this.router = router;
        this.newWork = newWork;
        this.lifetimes = new Lifetimes(System::currentTimeMillis, options.lifetimeMillis());
    }

    @Override
    public Future<?> start() {
        heads = transport.heads(vertx, options.headerMillis());
        nextHeads =
                new Patience<>(vertx, System::currentTimeMillis, options.idleSeconds() * 1000L, HttpConnection::close);
        overs = new Patience<>(vertx, System::currentTimeMillis, 0, HttpConnection::close);
        bodies = new Patience<>(vertx, System::currentTimeMillis, options.bodyMillis(), Listener::tooSlow);
        server = vertx.createHttpServer(serverOptions);
        return server.connectionHandler(this::connected)
                .requestHandler(this::requested)
                .invalidRequestHandler(Listener::invalid)
                .listen();
    }

    int port() {
        return server.actualPort();
    }

    /** From now on, new connections are greeted with this certificate. */
    Future<Boolean> renew(ServerSSLOptions certificate) {
        return server.updateSSLOptions(certificate);
    }

    private void connected(HttpConnection connection) {
        lifetimes.begin(connection);
        connection.closeHandler(closed -> {
            lifetimes.end(connection);
            nextHeads.end(connection);
            overs.end(connection);
        });
    }

    private void requested(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        heads.end(Arrival.of(connection));
        nextHeads.end(connection);
        overs.end(connection);
        if (!request.isEnded()) {
            bodies.begin(request);
            request.end().onComplete(ended -> bodies.end(request));
        }
        request.response().endHandler(ended -> answered(request));
        if (isOver(connection)) {
            lastRequest(request);
        }
        router.handle(request);
    }

    private boolean isOver(HttpConnection connection) {
        return !newWork.isOpen() || lifetimes.isOver(connection);
    }

    /** Whoever comes back does so over another connection, which may lead to another process. */
    private static void lastRequest(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            request.connection().goAway(NO_ERROR);
        } else if (!request.headers().contains("Upgrade")) { // what becomes a socket has no next answer
            request.response().putHeader("Connection", "close");
        }
    }

    /** Who was told that the connection closes may finish his body first: closed under it, he could not read the answer. */
    private void answered(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            if (!request.isEnded()) {
                request.response().reset(NO_ERROR); // no more of this body, please (RFC 9113, section 8.1)
            }
            return;
        }
        HttpConnection connection = request.connection();
        boolean closes = request.response().headers().contains("Connection", "close", true);
        if (!closes) {
            (isOver(connection) ? overs : nextHeads).begin(connection);
        } else if (request.isEnded()) {
            connection.close();
        } else {
            request.end().onComplete(ended -> connection.close());
        }
    }

    /** Over HTTP/2 the connection is not his alone, and only his stream ends. */
    private static void tooSlow(HttpServerRequest request) {
        new Problem(408, "body_too_slow", "The body did not arrive in time.")
                .header("Connection", "close")
                .send(request.response());
        if (request.version() != HttpVersion.HTTP_2) {
            request.connection().close();
        }
    }

    /** What the decoder of HTTP/1 refuses never reaches the router. Over HTTP/2, Vert.x and Netty answer by themselves. */
    private static void invalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        problem(cause).header("Connection", "close").send(request.response());
        request.connection().close();
    }

    private static Problem problem(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return new Problem(414, "request_line_too_long", "The request line is longer than 8 KiB.");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return new Problem(431, "headers_too_large", "The headers are larger than 16 KiB.");
        }
        return Problem.badRequest("bad_http", "This is not HTTP as RFC 9112 has it.");
    }

    /** Takes no more connections, and lets those that are there finish what they are at. On any thread. */
    Future<Void> shutdown(long millis) {
        return server.shutdown(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public Future<?> stop() {
        return server.close();
    }
}
