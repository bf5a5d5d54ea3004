package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FullLogTest {

    @TempDir
    Path folder;

    /** The newest event of a feed is never evicted, and these three together weigh more than the log may. */
    @Test
    void aRunThatFindsTheLogFullStillHasALastWord() throws Exception {
        try (Server server = Server.start(folder, "--token-pace", "10", "--log-memory", "1")) {
            SseClient ada = server.client("ada");
            SseStream stream = ada.ask(Library.WHEEL).awaitEvents(20);
            for (String feed : List.of("one", "two", "three")) {
                JsonObject event = new JsonObject()
                        .put("specversion", "1.0")
                        .put("id", "1")
                        .put("source", "/tests")
                        .put("type", "com.example.heavy.v1")
                        .put("data", "x".repeat(240_000));
                assertEquals(
                        202,
                        ada.post("/api/events?feed=" + feed, "application/cloudevents+json", event)
                                .status());
            }
            JsonObject done = stream.done();
            assertEquals(SseStream.End.CLEAN, stream.end());
            assertEquals("failed", done.getString("status"));
            assertEquals(
                    List.of("log_full"),
                    stream.data("error").stream()
                            .map(error -> error.getString("code"))
                            .toList());
            assertTrue(SseStream.matches(done, stream.text()), stream::wire);
            assertTrue(!stream.text().isEmpty());
        }
    }
}
