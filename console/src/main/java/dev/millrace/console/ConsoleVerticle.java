package dev.millrace.console;

import dev.millrace.http.Edge;
import dev.millrace.http.Methods;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.FileSystemAccess;
import io.vertx.ext.web.handler.StaticHandler;

/** Serves the page at {@code /}, and its files under {@code /console/}. They are the same for everybody and hold no secret. */
final class ConsoleVerticle extends VerticleBase {

    /**
     * Nothing from elsewhere, nothing inline, no markup made of text, and nobody's frame. So a text in an answer stays a
     * text, and if it did not, it could neither run nor send anything away. nginx.conf has the same words.
     */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private static final String PAGE = "/";
    private static final String FILES = "/console/*";

    private final Edge edge;

    ConsoleVerticle(Edge edge) {
        this.edge = edge;
    }

    @Override
    public Future<?> start() {
        Router router = edge.router();
        Handler<RoutingContext> files = StaticHandler.create(FileSystemAccess.RELATIVE, "console")
                .setIncludeHidden(false)
                .setIndexPage("/index.html");
        look(router, PAGE, files);
        // Its links are meant for where it is.
        router.get("/console/").handler(ctx -> ctx.redirect(PAGE));
        look(router, FILES, files);
        Methods.only(router, PAGE, "GET, HEAD");
        Methods.only(router, FILES, "GET, HEAD");
        return Future.succeededFuture();
    }

    private static void look(Router router, String path, Handler<RoutingContext> files) {
        router.route(path)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(ConsoleVerticle::guard)
                .handler(files)
                .handler(missing -> missing.fail(404));
    }

    private static void guard(RoutingContext ctx) {
        // At the end: the handler of files would have browsers keep a page for a day, past an update of the server.
        ctx.addHeadersEndHandler(sent -> {
            HttpServerResponse response = ctx.response();
            response.putHeader("Cache-Control", "no-cache");
            response.putHeader("Content-Security-Policy", POLICY);
            response.putHeader("X-Content-Type-Options", "nosniff");
            response.putHeader("Referrer-Policy", "no-referrer");
            response.putHeader("Cross-Origin-Opener-Policy", "same-origin");
            response.putHeader("Cross-Origin-Resource-Policy", "same-origin");
            response.putHeader("Permissions-Policy", "microphone=(self), camera=(), geolocation=()");
        });
        // Before its end the handler of files pauses the request, and does not always go on: then the edge would wait
        // for the rest of it, and close the connection under whatever is asked over it next.
        ctx.request().end().onSuccess(ended -> ctx.next()).onFailure(ctx::fail);
    }
}
