package dev.millrace.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** The second port, for whoever runs the process: is it alive, and should it get traffic? */
public final class Management {

    /** A probe comes every few seconds; who is silent for longer holds a socket for nothing. */
    private static final int IDLE_SECONDS = 75;

    private final HttpServer server;

    private Management(HttpServer server) {
        this.server = server;
    }

    /**
     * Answers on its port from now on.
     *
     * @param ready asked at every {@code GET /health/ready}; true is 200, false is 503
     */
    public static Future<Management> listen(Vertx vertx, String host, int port, BooleanSupplier ready) {
        Router router = Router.router(vertx);
        Problems.catchAll(router, "The routes are /health/live and /health/ready.", UnaryOperator.identity());
        look(router, "/health/live").handler(ctx -> ctx.json(new JsonObject().put("status", "UP")));
        look(router, "/health/ready").handler(ctx -> {
            boolean up = ready.getAsBoolean();
            ctx.response().setStatusCode(up ? 200 : 503);
            ctx.json(new JsonObject().put("status", up ? "UP" : "DOWN"));
        });
        Methods.only(router, "/health/live", "GET, HEAD");
        Methods.only(router, "/health/ready", "GET, HEAD");
        HttpServerOptions options =
                new HttpServerOptions().setIdleTimeout(IDLE_SECONDS).setHttp2ClearTextEnabled(false);
        return vertx.createHttpServer(options)
                .requestHandler(router)
                .listen(port, host)
                .map(Management::new);
    }

    /** GET, and HEAD too: some load balancers look no further than the status. */
    private static Route look(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    public int port() {
        return server.actualPort();
    }

    public Future<Void> close() {
        return server.close();
    }
}
