package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ShutdownTest {

    @TempDir
    Path folder;

    @RepeatedTest(3)
    void everyOpenStreamGetsItsLastWord() throws Exception {
        List<SseStream> streams = new ArrayList<>();
        try (Server server = Server.start(folder, "--token-pace", "20")) {
            SseClient ada = server.client("ada");
            List<CompletableFuture<SseStream>> asking = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                asking.add(ada.askSoon(new JsonObject().put("message", Library.WHEEL)));
            }
            for (CompletableFuture<SseStream> each : asking) {
                streams.add(SseClient.await(each).awaitEvents(8));
            }
            String session = streams.get(0).session();
            streams.add(ada.ask(new JsonObject().put("message", Library.WHEEL).put("session", session))
                    .awaitEvents(2)); // waits its turn
            streams.add(ada.resume(streams.get(0).run(), "0-0"));
        }
        for (SseStream stream : streams) {
            JsonObject done = stream.done();
            assertEquals(SseStream.End.CLEAN, stream.end());
            assertEquals("failed", done.getString("status"));
            List<JsonObject> errors = stream.data("error");
            assertEquals(1, errors.size());
            assertEquals("agent_stopped", errors.get(0).getString("code"));
            assertEquals(true, errors.get(0).getBoolean("retryable"));
            assertTrue(SseStream.matches(done, stream.text()), stream::wire);
        }
    }
}
