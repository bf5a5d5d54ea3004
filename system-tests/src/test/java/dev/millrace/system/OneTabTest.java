package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a browser makes of us: a real Chromium, one tab, HTTP/2 over TLS. */
@Timeout(180)
class OneTabTest {

    private static final int READERS = 6;
    private static final int BATCHES = 100;
    private static final int BATCH = 20;

    @TempDir
    Path folder;

    /** Over HTTP/1.1 the six would take all connections that a browser opens to a server, and the chat would wait. */
    @Test
    void sixEventSourcesAndAChatShareOneConnectionAndAllOfThemGetEverything() throws Exception {
        Certificates.Pair pair = Certificates.make(folder, "tab", "EC");
        try (Browser browser = Browser.start();
                Server server = Server.start(
                        folder,
                        "--token-pace",
                        "20",
                        "--tls-cert",
                        pair.certificate().toString(),
                        "--tls-key",
                        pair.key().toString());
                BrowserContext profile = browser.profile()) {
            SseClient ada = server.client("ada")
                    .at(
                            server.port(),
                            new HttpClientOptions()
                                    .setSsl(true)
                                    .setTrustAll(true)
                                    .setVerifyHost(false));
            Page page = profile.newPage();
            page.setDefaultTimeout(60_000);
            Connections connections = new Connections(profile.newCDPSession(page));
            String origin = "https://127.0.0.1:" + server.port();
            page.route(origin + "/tab", OneTabTest::fulfil);
            page.navigate(origin + "/tab");

            page.evaluate("([token, readers]) => watch(token, readers)", List.of(ada.token(), READERS));
            page.evaluate(
                    "([token, message]) => { ask(token, message).catch(e => { answer.status = String(e); }); }",
                    List.of(ada.token(), Library.WHEEL));
            List<String> published = publish(ada);
            page.waitForFunction("() => answer.status !== ''");
            page.waitForFunction("count => seen.every(ids => ids.length >= count)", published.size());

            Object all = page.evaluate("() => seen");
            for (Object ids : (List<?>) all) {
                assertEquals(published, ids);
            }
            assertEquals(READERS, ((List<?>) all).size());
            assertAnswer(ada, page);
            connections.assertOne(page, READERS);
        }
    }

    /** @return the ids, in their order */
    private static List<String> publish(SseClient publisher) {
        List<String> ids = new ArrayList<>();
        for (int batch = 0; batch < BATCHES; batch++) {
            JsonArray events = new JsonArray();
            for (int i = 0; i < BATCH; i++) {
                events.add(new io.vertx.core.json.JsonObject()
                        .put("specversion", "1.0")
                        .put("id", batch + "-" + i)
                        .put("source", "/clock")
                        .put("type", "com.example.tick")
                        .put("data", "x".repeat(200)));
            }
            Buffer body = events.toBuffer();
            SseClient.Reply reply = publisher.call(
                    HttpMethod.POST,
                    "/api/events?feed=busy",
                    body,
                    "Content-Type",
                    "application/cloudevents-batch+json");
            assertEquals(202, reply.status(), () -> reply.body().toString());
            reply.json()
                    .getJsonArray("results")
                    .forEach(result -> ids.add(((io.vertx.core.json.JsonObject) result).getString("id")));
        }
        return ids;
    }

    /** What the page put together is what the log has. */
    private static void assertAnswer(SseClient reader, Page page) {
        assertEquals("completed", page.evaluate("() => answer.status"));
        SseStream run = reader.watch("/api/chat/" + page.evaluate("() => answer.run"));
        run.awaitEnd();
        String text = (String) page.evaluate("() => answer.text");
        assertEquals(run.text(), text);
        assertTrue(SseStream.matches(run.done(), text));
        assertFalse(text.isBlank());
    }

    private static void fulfil(Route route) {
        try (InputStream html = Objects.requireNonNull(OneTabTest.class.getResourceAsStream("tab.html"))) {
            route.fulfill(new Route.FulfillOptions()
                    .setContentType("text/html; charset=utf-8")
                    .setBody(new String(html.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Over which connections the browser got its answers, by its own account. */
    private static final class Connections {

        private final List<String> answers = new ArrayList<>();
        private final Set<String> ids = new TreeSet<>();

        Connections(CDPSession session) {
            session.on("Network.responseReceived", this::received);
            session.send("Network.enable");
        }

        private void received(JsonObject event) {
            JsonObject response = event.getAsJsonObject("response");
            String url = response.get("url").getAsString();
            if (url.contains("/api/")) {
                ids.add(response.get("connectionId").getAsString());
                answers.add(response.get("protocol").getAsString() + " "
                        + response.get("status").getAsInt());
            }
        }

        /** The tickets, the streams and the chat. */
        void assertOne(Page page, int readers) {
            assertEquals(java.util.Collections.nCopies(2 * readers + 1, "h2 200"), answers);
            assertEquals(1, ids.size(), "connections " + ids);
            Object protocols = page.evaluate(
                    "() => [...new Set(performance.getEntriesByType('resource').map(entry => entry.nextHopProtocol))]");
            assertEquals(List.of("h2"), protocols);
        }
    }
}
