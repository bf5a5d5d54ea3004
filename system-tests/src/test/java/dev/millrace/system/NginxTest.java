package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.http.HttpClientOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NginxTest {

    private static final List<String> CONSOLE_HEADERS = List.of(
            "Content-Type",
            "Cache-Control",
            "Content-Security-Policy",
            "X-Content-Type-Options",
            "Referrer-Policy",
            "Cross-Origin-Opener-Policy",
            "Cross-Origin-Resource-Policy",
            "Permissions-Policy");

    @TempDir
    static Path folder;

    @Test
    void aRunReadThroughItIsByteForByteThatOfTheNode() throws Exception {
        try (Server node = Server.start(folder);
                Nginx nginx = Nginx.start(folder, Map.of("chat", List.of(node.port())))) {
            SseClient direct = node.client("ada");
            SseStream proxied = direct.at(nginx.port()).ask(Library.WHEEL);
            assertEquals("completed", proxied.done().getString("status"));
            assertEquals(direct.resume(proxied.run(), "0-0").awaitEnd().wire(), proxied.wire());
        }
    }

    @Test
    void servesTheConsoleFromItsFilesAsANodeDoes() throws Exception {
        try (Server node = Server.start(folder);
                Nginx nginx = Nginx.start(folder, Map.of())) {
            SseClient direct = node.client("ada");
            for (String path : List.of("/", "/console/main.js", "/console/console.css", "/console/client/index.js")) {
                SseClient.Reply ours = direct.get(path);
                SseClient.Reply theirs = direct.at(nginx.port()).get(path);
                assertEquals(200, theirs.status(), path);
                assertEquals(ours.body(), theirs.body(), path);
                for (String header : CONSOLE_HEADERS) {
                    assertEquals(header(ours, header), header(theirs, header), path + " " + header);
                }
            }
            assertEquals(404, direct.at(nginx.port()).get("/console/none.js").status());
            assertEquals(404, direct.get("/console/none.js").status());
        }
    }

    private static String header(SseClient.Reply reply, String name) {
        return reply.headers().get(name).replace("; ", ";").toLowerCase(Locale.ROOT);
    }

    @Test
    void writesNoQueryDown() throws Exception {
        try (Server node = Server.start(folder);
                Nginx nginx = Nginx.start(folder, Map.of("events", List.of(node.port())))) {
            SseClient ada = node.client("ada").at(nginx.port());
            assertEquals(404, ada.get("/api/events/feeds?ticket=SECRET").status());
            assertEquals(503, ada.get("/api/chat/sessions?ticket=SECRET").status());
            Server.eventually("both in the log", () -> lines(nginx) == 2);
            assertTrue(nginx.accessLog().contains("\"path\":\"/api/events/feeds\""), nginx.accessLog());
            assertFalse(nginx.logs().contains("SECRET"), nginx.logs());
        }
    }

    private static long lines(Nginx nginx) {
        try {
            return nginx.accessLog().lines().count();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void takesOtherNodesWhileAStreamGoesOn() throws Exception {
        try (Server first = Server.start(folder.resolve("first"));
                Server second = Server.start(folder.resolve("second"));
                Nginx nginx = Nginx.start(folder, Map.of("events", List.of(first.port())))) {
            SseStream feed = first.client("ada").at(nginx.port()).watch("/api/events");
            assertEquals(200, feed.awaitOpening().status());
            nginx.reload(Map.of("events", List.of(second.port())));
            // Each time a connection of its own: old workers close those that are quiet.
            SseClient atSecond = second.client("ada").at(nginx.port(), new HttpClientOptions().setKeepAlive(false));
            Server.eventually(
                    "the other node, which has another key",
                    () -> atSecond.get("/api/events/feeds/main").status() != 401);
            first.client("ada").post("/api/events", "application/cloudevents+json", RolesTest.EVENT);
            assertEquals(
                    RolesTest.EVENT.encode(),
                    feed.awaitEvents(1).events().get(0).data());
            feed.leave();
        }
    }
}
