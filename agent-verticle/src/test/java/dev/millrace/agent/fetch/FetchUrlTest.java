package dev.millrace.agent.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.model.Cancellation;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The names of this test lead to this machine, which only this test allows. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
@DisplayName("The tool fetch_url")
class FetchUrlTest {

    private static final String INSIDE = "inside.example.com";

    private final Promise<Void> asked = Promise.promise();
    private final Promise<Void> gone = Promise.promise();
    private FetchUrl tool;
    private Vertx vertx;
    private String base;

    @BeforeEach
    void serve(Vertx vertx) {
        this.vertx = vertx;
        HttpServer server = vertx.createHttpServer().requestHandler(this::answer);
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
        base = "http://docs.example.com:" + server.actualPort();
        tool = new FetchUrl(
                vertx,
                new AllowedHosts(List.of("*.example.com")),
                FetchUrlTest::resolve,
                address -> address.getHostAddress().equals("127.0.0.1"));
    }

    private static InetAddress[] resolve(String host) throws UnknownHostException {
        if (host.startsWith("unknown")) {
            throw new UnknownHostException(host);
        }
        InetAddress here = InetAddress.getByName("127.0.0.1");
        return host.equals(INSIDE)
                ? new InetAddress[] {here, InetAddress.getByName("10.0.0.7")}
                : new InetAddress[] {here};
    }

    private void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/page" ->
                request.response()
                        .putHeader("Content-Type", "text/html; charset=ISO-8859-1")
                        .end(io.vertx.core.buffer.Buffer.buffer(
                                "<html><head><title>Rye</title></head><body><h1>Rye</h1>\n\n <p>Six days, Zo\u00eb.</p></body></html>",
                                "ISO-8859-1"));
            case "/host" ->
                request.response()
                        .putHeader("Content-Type", "text/plain")
                        .end(request.authority().host());
            case "/away" ->
                request.response()
                        .setStatusCode(302)
                        .putHeader("Location", "/page")
                        .end();
            case "/inside" ->
                request.response()
                        .setStatusCode(302)
                        .putHeader("Location", base.replace("docs.example.com", INSIDE) + "/page")
                        .end();
            case "/round" ->
                request.response()
                        .setStatusCode(302)
                        .putHeader("Location", "/round")
                        .end();
            case "/image" ->
                request.response().putHeader("Content-Type", "image/png").end("png");
            case "/large" -> {
                request.response().putHeader("Content-Type", "text/plain").setChunked(true);
                for (int i = 0; i < 64; i++) {
                    request.response().write("x".repeat(1 << 14));
                }
                request.response().end();
            }
            case "/hangs" -> {
                request.connection().closeHandler(closed -> gone.tryComplete());
                request.response()
                        .putHeader("Content-Type", "text/plain")
                        .setChunked(true)
                        .write("well");
                asked.complete();
            }
            default -> request.response().setStatusCode(404).end();
        }
    }

    private static void await(Promise<Void> promise) throws Exception {
        promise.future().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private JsonObject fetch(String url) throws Exception {
        return tool.call("call_1", new JsonObject().put("url", url), new Cancellation())
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .content();
    }

    private String refused(String url) {
        Throwable cause =
                assertThrows(ExecutionException.class, () -> fetch(url)).getCause();
        return cause == null ? "" : String.valueOf(cause.getMessage());
    }

    @Test
    @DisplayName("gives the text of a page, in its own encoding")
    void page() throws Exception {
        assertEquals(
                new JsonObject().put("url", base + "/page").put("title", "Rye").put("text", "Rye\nSix days, Zo\u00eb."),
                fetch(base + "/page"));
        assertEquals("docs.example.com", fetch(base + "/host").getString("text"));
    }

    @Test
    @DisplayName("follows redirects to where it may go, and not in circles")
    void redirects() throws Exception {
        assertEquals(base + "/page", fetch(base + "/away").getString("url"));
        assertEquals("The host inside.example.com is not on the open internet.", refused(base + "/inside"));
        assertEquals("There are too many redirects.", refused(base + "/round"));
    }

    @Test
    @DisplayName("says what is wrong with a page")
    void wrong() {
        assertEquals("The page was answered with status 404.", refused(base + "/nothing"));
        assertEquals("The page is no text, but image/png.", refused(base + "/image"));
        assertEquals("The host unknown.example.com is not known.", refused("http://unknown.example.com/"));
    }

    @Test
    @DisplayName("reads no more of a large page than a model can use")
    void large() throws Exception {
        JsonObject result = fetch(base + "/large");
        assertEquals(20_000, result.getString("text").length());
        assertEquals(true, result.getBoolean("cut"));
    }

    @Test
    @DisplayName("closes its connection when it is cancelled")
    void cancelled() throws Exception {
        Cancellation cancellation = new Cancellation();
        Context run = vertx.getOrCreateContext();
        run.runOnContext(turn -> tool.call("call_1", new JsonObject().put("url", base + "/hangs"), cancellation));
        await(asked);
        run.runOnContext(turn -> cancellation.cancel());
        await(gone);
    }

    @ParameterizedTest(name = "does not fetch {0}")
    @CsvSource(delimiter = '|', textBlock = """
            ftp://docs.example.com/          | must be an http or https URL
            file:///etc/passwd               | must be an http or https URL
            http://user:pw@docs.example.com/ | must be an http or https URL
            no url                           | is no URL
            http://example.com/              | may not be fetched from
            http://docs.example.com.evil.org/| may not be fetched from
            http://evilexample.com/          | may not be fetched from
            http://127.0.0.1/                | may not be fetched from
            """)
    void refusedUrls(String url, String reason) {
        assertTrue(refused(url).contains(reason), refused(url));
    }

    @ParameterizedTest(name = "{0} is not on the open internet")
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.9.9.9",
                "0.0.0.0",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "198.18.0.1",
                "192.0.0.8",
                "224.0.0.1",
                "255.255.255.255",
                "240.0.0.1",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd12::1",
                "ff02::1",
                "::ffff:10.0.0.1",
                "64:ff9b::a00:1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "::7f00:1"
            })
    void inside(String address) throws Exception {
        assertEquals(false, PublicAddress.is(InetAddress.getByName(address)));
    }

    @ParameterizedTest(name = "{0} is on the open internet")
    @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2606:4700::1", "64:ff9b::808:808"})
    void outside(String address) throws Exception {
        assertEquals(true, PublicAddress.is(InetAddress.getByName(address)));
    }
}
