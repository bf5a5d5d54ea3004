package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.sse.SseEvent;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TokenEndTest {

    @TempDir
    Path folder;

    @Test
    void aStreamEndsWithItsTokenAfterAWarning() throws Exception {
        try (Server server = Server.start(folder, "--token-pace", "100")) {
            SseClient brief = server.clientWith(server.token("default", "ada", Duration.ofSeconds(4)));
            SseStream feed = brief.watch("/api/events?feed=quiet"); // not the feed that runs are told to
            SseStream run = brief.ask(Library.WHEEL);
            // The token is good for what has begun with it, and the run goes on without it.
            SseEvent warning = only(run, "warning");
            assertEquals("token_expiring", new JsonObject(warning.data()).getString("code"));
            assertEquals(SseStream.End.RESET, run.awaitEnd().end(), "half a run must not look whole");
            assertEquals(List.of(), run.data("done"));

            SseEvent expiring = only(feed, "expiring");
            assertEquals("token_expiring", new JsonObject(expiring.data()).getString("code"));
            assertEquals(SseStream.End.CLEAN, feed.awaitEnd().end());
            assertEquals(1, feed.events().size());

            SseClient again = server.client("ada");
            SseStream rest = again.resume(run.run(), run.lastId()).awaitEvents(1);
            assertEquals(
                    SseStream.seqs(List.of(run.events().get(run.events().size() - 1)))
                                    .get(0)
                            + 1,
                    SseStream.seqs(rest.events()).get(0),
                    "with a new token it goes on where it was");
            again.delete("/api/chat/" + run.run());
            assertEquals("cancelled", rest.done().getString("status"));
        }
    }

    private static SseEvent only(SseStream stream, String type) {
        stream.awaitEvent(event -> event.type().equals(type));
        List<SseEvent> found = stream.events().stream()
                .filter(event -> event.type().equals(type))
                .toList();
        assertEquals(1, found.size(), stream::wire);
        return found.get(0);
    }
}
