package dev.millrace.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.http.Edge;
import dev.millrace.http.EdgeOptions;
import dev.millrace.http.WatchedTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConsoleVerticleTest {

    /** Shorter than what is answered late takes, by more than the tick of whoever watches it. */
    private static final long BODY_MILLIS = 100;

    private static final long LATE_MILLIS = 2_500;

    private Vertx vertx;
    private HttpClient oneConnection;
    private int port;

    @BeforeEach
    void start() throws Exception {
        WatchedTransport transport = new WatchedTransport();
        vertx = Vertx.builder().withTransport(transport).build();
        EdgeOptions options =
                new EdgeOptions("127.0.0.1", 0, 1, 10_000, BODY_MILLIS, 75, 0, Set.of(), Optional.empty());
        Edge edge = new Edge(vertx, transport, options);
        edge.router()
                .get("/late")
                .handler(ctx ->
                        vertx.setTimer(LATE_MILLIS, late -> ctx.response().end("late")));
        await(vertx.deployVerticle(new ConsoleVerticle(edge)));
        port = await(edge.listen());
        oneConnection = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(1));
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private String get(String path) throws Exception {
        return await(oneConnection
                .request(HttpMethod.GET, port, "127.0.0.1", path)
                .compose(request -> request.send())
                .compose(response -> response.body().map(body -> response.statusCode() + " " + body)));
    }

    @Test
    void aConnectionThatBroughtAFileBringsWhatIsAskedNextHoweverLateItComes() throws Exception {
        for (String path : new String[] {"/", "/console/main.js", "/console/main.js"}) {
            assertTrue(get(path).startsWith("200 "), path);
        }
        assertEquals("200 late", get("/late"));
    }

    @Test
    void aFileThatIsNotThereIsNotFoundAndNothingIsPutThere() throws Exception {
        assertTrue(get("/console/none.js").startsWith("404 "));
        assertTrue(get("/console/../../META-INF/MANIFEST.MF").startsWith("404 "));
        String posted = await(oneConnection
                .request(HttpMethod.POST, port, "127.0.0.1", "/console/main.js")
                .compose(request -> request.send(Buffer.buffer("x")))
                .map(response -> response.statusCode() + " " + response.getHeader("Allow")));
        assertEquals("405 GET, HEAD", posted);
    }

    @Test
    void theClientOfThePageIsServedBesideItWithoutItsTypes() throws Exception {
        assertTrue(get("/console/client/index.js").contains("export { chat }"));
        assertTrue(get("/console/client/index.d.ts").startsWith("404 "));
    }
}
