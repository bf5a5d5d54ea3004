package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import io.vertx.core.http.HttpClientOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page over TLS, with more streams than HTTP/1.1 would give a browser. */
@Timeout(120)
class ConsoleHttp2Test {

    private static final int FEEDS = 6;

    @TempDir
    Path folder;

    @Test
    void sixFeedsAndAnAnswerShareOneConnectionWithThePageItself() throws Exception {
        Certificates.Pair pair = Certificates.make(folder, "console", "EC");
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
            ConsolePage console = ConsolePage.open(profile, "https://127.0.0.1:" + server.port(), ada.token());
            Set<String> connections = new ConcurrentSkipListSet<>();
            Set<String> protocols = new ConcurrentSkipListSet<>();
            CDPSession session = console.protocol();
            session.on("Network.responseReceived", event -> {
                JsonObject response = event.getAsJsonObject("response");
                connections.add(response.get("connectionId").getAsString());
                protocols.add(response.get("protocol").getAsString());
            });
            session.send("Network.enable");

            // The client that the page itself is made with, six times beside the page's own streams.
            console.page()
                    .evaluate(
                            "async ([token, feeds]) => {"
                                    + " const { events } = await import('/console/client/index.js');"
                                    + " window.seen = Array.from({ length: feeds }, () => []);"
                                    + " window.opened = window.seen.map((list) => {"
                                    + "   const feed = events({ token }).subscribe({ feed: 'busy', from: 'earliest' });"
                                    + "   (async () => { for await (const { event } of feed) list.push(event.id); })();"
                                    + "   return feed; }); }",
                            List.of(ada.token(), FEEDS));
            console.page().waitForFunction("() => opened.every(feed => feed.stream.state === 'open')");
            console.ask(Library.WHEEL).awaitText(40);
            assertEquals(
                    202,
                    ada.post("/api/events?feed=busy", "application/cloudevents+json", RolesTest.EVENT)
                            .status());
            console.page().waitForFunction("() => seen.every(list => list.length === 1)");
            console.awaitEnd("completed");
            assertTrue(console.answer().textContent().contains("checked"));
            assertEquals(Set.of("h2"), protocols);
            assertEquals(1, connections.size(), "connections " + connections);
            console.assertNoComplaint();
        }
    }
}
