package dev.millrace.audio.speech;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands where an engine would be, on a port that the system chose, and answers as each test tells it. */
final class StandIn {

    private final HttpServer server;
    private final int port;

    volatile Handler<HttpServerRequest> onRequest =
            request -> request.response().setStatusCode(404).end();
    volatile Handler<ServerWebSocket> onSocket = socket -> {};
    final AtomicInteger requests = new AtomicInteger();
    final List<String> heads = new CopyOnWriteArrayList<>();
    final List<Buffer> bodies = new CopyOnWriteArrayList<>();

    StandIn(Vertx vertx) throws Exception {
        server = vertx.createHttpServer();
        server.requestHandler(request -> {
            requests.incrementAndGet();
            heads.add(request.method() + " " + request.uri() + " " + request.getHeader("Authorization") + " "
                    + request.getHeader("Content-Type"));
            if ("websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
                onRequest.handle(request);
                return;
            }
            request.body().onSuccess(body -> {
                bodies.add(body);
                onRequest.handle(request);
            });
        });
        port = Talk.await(server.listen(0, "127.0.0.1")).actualPort();
    }

    int port() {
        return port;
    }

    /** From now on each request becomes a socket. */
    void sockets(Handler<ServerWebSocket> handler) {
        onSocket = handler;
        onRequest = request -> request.toWebSocket().onSuccess(socket -> onSocket.handle(socket));
    }

    /** Answers with a whole body. */
    static Handler<HttpServerRequest> answer(int status, String type, String body) {
        return request -> request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", type)
                .end(body);
    }

    /** Answers byte by byte, so that each is a chunk of its own. */
    static Handler<HttpServerRequest> crumbs(String type, Buffer body) {
        return request -> {
            request.response().setChunked(true).putHeader("Content-Type", type);
            for (int i = 0; i < body.length(); i++) {
                request.response().write(body.getBuffer(i, i + 1));
            }
            request.response().end();
        };
    }

    /** Answers with a part, and cuts the connection. */
    static Handler<HttpServerRequest> cut(String type, String part) {
        return request -> request.response()
                .setChunked(true)
                .putHeader("Content-Type", type)
                .write(part)
                .onComplete(written -> request.connection().close());
    }

    /** Answers with a part, and is silent from then on. */
    static Handler<HttpServerRequest> stall(String type, String part) {
        return request -> request.response()
                .setChunked(true)
                .putHeader("Content-Type", type)
                .write(part);
    }

    void close() throws Exception {
        Talk.await(server.close());
    }
}
