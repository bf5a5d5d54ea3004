package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.Entry;
import dev.millrace.launch.Program;
import dev.millrace.log.Extent;
import dev.millrace.log.StreamName;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EndingRunsTest {

    private static final JsonObject QUESTION = new JsonObject().put("message", Library.WHEEL);

    @TempDir
    static Path folder;

    private static Server server;
    private static SseClient ada;
    private static String answer;

    @BeforeAll
    static void start() throws Exception {
        server = Server.start(folder, "--token-pace", "10", "--detach-grace", "100ms");
        ada = server.client("ada");
        answer = ada.ask(QUESTION).awaitEnd().text();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void aCancelledRunEndsForItsReadersAndKeepsItsText() {
        SseStream stream = ada.ask(QUESTION).awaitEvents(20);
        SseStream other = ada.resume(stream.run(), "0-0");
        SseClient.Reply cancelled = ada.delete("/api/chat/" + stream.run());
        assertEquals(202, cancelled.status());
        assertEquals(new JsonObject().put("run", stream.run()).put("status", "cancelling"), cancelled.json());
        assertPartial("cancelled", "cancelled", stream);
        assertEquals(stream.eventBlocks(), other.awaitEnd().eventBlocks());
        for (int again = 0; again < 2; again++) {
            SseClient.Reply over = ada.delete("/api/chat/" + stream.run());
            assertEquals(200, over.status());
            assertEquals(new JsonObject().put("run", stream.run()).put("status", "cancelled"), over.json());
        }
        String session = "/api/chat/sessions/" + stream.session();
        Server.eventually(
                "the answer in its conversation", () -> ada.get(session).json().getString("active_run") == null);
        JsonObject kept = ada.get(session).json().getJsonArray("messages").getJsonObject(1);
        assertEquals(stream.text(), kept.getString("text"));
        assertEquals("cancelled", kept.getString("status"));
    }

    @Test
    void cancellingTwiceAtOnceIsCancellingOnce() {
        SseStream stream = ada.ask(QUESTION).awaitEvents(10);
        String path = "/api/chat/" + stream.run();
        var first = ada.callSoon(io.vertx.core.http.HttpMethod.DELETE, path, null);
        var second = ada.callSoon(io.vertx.core.http.HttpMethod.DELETE, path, null);
        for (var each : java.util.List.of(first, second)) {
            int status = SseClient.await(each).status();
            assertTrue(status == 202 || status == 200, "status " + status);
        }
        assertPartial("cancelled", "cancelled", stream);
    }

    @Test
    void aFinishedRunCannotBeCancelled() {
        SseStream stream = ada.ask(Library.SLUICE).awaitEnd();
        SseClient.Reply over = ada.delete("/api/chat/" + stream.run());
        assertEquals(200, over.status());
        assertEquals("completed", over.json().getString("status"));
    }

    @Test
    void aStrangerCannotCancel() {
        SseStream stream = ada.ask(Library.SLUICE);
        SseClient.Reply refused = server.client("eve").delete("/api/chat/" + stream.run());
        assertEquals(404, refused.status());
        assertEquals("application/problem+json", refused.headers().get("Content-Type"));
        assertEquals("completed", stream.done().getString("status"));
    }

    @Test
    void aRunThatTakesTooLongKeepsWhatItHas() {
        SseStream stream = ada.ask(QUESTION.copy().put("timeout_ms", 400));
        assertPartial("timeout", "timeout", stream);
    }

    @Test
    void aTimeoutOfOneMillisecondStillHasALastWord() {
        SseStream stream = ada.ask(QUESTION.copy().put("timeout_ms", 1));
        assertEquals("timeout", stream.done().getString("status"));
        assertTrue(SseStream.matches(stream.done(), stream.text()));
    }

    @Test
    void aRunThatNobodyWatchesIsCancelled() {
        SseStream stream = ada.askAndLeave(QUESTION, 5).awaitEnd();
        JsonObject done = awaitLastWord(stream.run());
        assertEquals("cancelled", done.getString("status"));
        assertEquals("unwatched", done.getString("finish"));
        assertPartial("cancelled", "unwatched", ada.resume(stream.run(), "0-0"));
    }

    @Test
    void aDetachedRunGoesOnAlone() {
        SseStream stream =
                ada.askAndLeave(QUESTION.copy().put("detach", true), 5).awaitEnd();
        JsonObject done = awaitLastWord(stream.run());
        assertEquals("completed", done.getString("status"));
        assertTrue(SseStream.matches(done, answer));
    }

    @Test
    void whoLeavesARunThatOthersWatchCancelsNothing() {
        SseStream asked = ada.askAndLeave(QUESTION, 5);
        SseStream watching = ada.resume(asked.run(), "0-0");
        asked.awaitEnd();
        assertEquals("completed", watching.done().getString("status"));
        assertEquals(answer, watching.text());
    }

    private static void assertPartial(String status, String finish, SseStream stream) {
        JsonObject done = stream.done();
        assertEquals(SseStream.End.CLEAN, stream.end());
        assertEquals(status, done.getString("status"));
        assertEquals(finish, done.getString("finish"));
        assertTrue(SseStream.matches(done, stream.text()), stream::wire);
        assertFalse(stream.text().isEmpty());
        assertTrue(
                answer.startsWith(stream.text())
                        && answer.length() > stream.text().length(),
                stream::wire);
    }

    /** Without watching, for that would be watching. */
    private static JsonObject awaitLastWord(String run) {
        AtomicReference<@Nullable Entry> last = new AtomicReference<>();
        Server.eventually("the last word of " + run, () -> {
            last.set(head(run).lastWord());
            return last.get() != null;
        });
        return new JsonObject(Objects.requireNonNull(last.get()).data());
    }

    private static Extent head(String run) {
        try {
            return Program.await(server.log().head(StreamName.run(run)));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
