package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class IdempotencyTest {

    private static final JsonObject QUESTION = new JsonObject().put("message", Library.WHEEL);

    @TempDir
    Path folder;

    @Test
    void theSameKeyAndBodyIsTheSameRunFromItsStart() throws Exception {
        try (Server server = Server.start(folder, "--token-pace", "2", "--events-feed=")) {
            SseClient ada = server.client("ada");
            SseStream first = ada.ask(QUESTION, "Idempotency-Key", "k").awaitEvents(20);
            SseStream live = ada.ask(QUESTION, "Idempotency-Key", "k");
            first.awaitEnd();
            SseStream over = ada.ask(QUESTION, "Idempotency-Key", "k").awaitEnd();
            assertEquals(first.wire(), live.awaitEnd().wire());
            assertEquals(first.wire(), over.wire());
            assertEquals(first.run(), over.run());
            assertEquals(first.session(), over.session());
            // The run, its session, the shelves of sessions and of runs, the claim.
            assertEquals(5, server.log().streams());
        }
    }

    @Test
    void ofTwentyRequestsAtOnceOneStartsARun() throws Exception {
        try (Server server = Server.start(folder, "--events-feed=")) {
            SseClient ada = server.client("ada");
            List<CompletableFuture<SseStream>> opening = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                opening.add(ada.askSoon(QUESTION, "Idempotency-Key", "k"));
            }
            Set<String> runs = new HashSet<>();
            Set<String> wires = new HashSet<>();
            for (CompletableFuture<SseStream> each : opening) {
                SseStream stream = SseClient.await(each).awaitEnd();
                assertEquals("completed", stream.done().getString("status"));
                runs.add(stream.run());
                wires.add(stream.wire());
            }
            assertEquals(1, runs.size());
            assertEquals(1, wires.size());
            assertEquals(5, server.log().streams());
        }
    }

    @Test
    void anotherBodyUnderTheKeyIsRefused() throws Exception {
        try (Server server = Server.start(folder, "--events-feed=")) {
            SseClient ada = server.client("ada");
            ada.ask(QUESTION, "Idempotency-Key", "k").awaitEnd();
            SseStream refused = ada.ask(QUESTION.copy().put("message", Library.SLUICE), "Idempotency-Key", "k");
            assertEquals(409, refused.status());
            assertEquals("application/problem+json", refused.header("Content-Type"));
            assertEquals("idempotency_mismatch", refused.problem().getString("code"));
            assertEquals(5, server.log().streams(), "nothing was started");
        }
    }

    @Test
    void theKeyOfSomebodyElseIsAnotherKey() throws Exception {
        try (Server server = Server.start(folder, "--events-feed=")) {
            SseStream first =
                    server.client("ada").ask(QUESTION, "Idempotency-Key", "k").awaitEnd();
            SseStream second =
                    server.client("bob").ask(QUESTION, "Idempotency-Key", "k").awaitEnd();
            SseStream third = server.client("elsewhere", "ada")
                    .ask(QUESTION.copy().put("message", Library.SLUICE), "Idempotency-Key", "k")
                    .awaitEnd();
            assertNotEquals(first.run(), second.run());
            assertNotEquals(first.run(), third.run());
            assertEquals("completed", third.done().getString("status"));
        }
    }

    @Test
    void aKeyOfAnErasedRunSaysThatItIsGone() throws Exception {
        try (Server server = Server.start(folder, "--events-feed=")) {
            SseClient ada = server.client("ada");
            SseStream first = ada.ask(QUESTION, "Idempotency-Key", "k").awaitEnd();
            assertEquals(
                    204, ada.delete("/api/chat/sessions/" + first.session()).status());
            SseStream refused = ada.ask(QUESTION, "Idempotency-Key", "k");
            assertEquals(409, refused.status());
            assertEquals("run_gone", refused.problem().getString("code"));
        }
    }

    @Test
    void aRefusedStartLeavesTheKeyFree() throws Exception {
        try (Server server = Server.start(folder, "--token-pace", "20", "--max-runs", "1")) {
            SseClient ada = server.client("ada");
            SseStream running = ada.ask(QUESTION).awaitEvents(5);
            SseStream busy = ada.ask(QUESTION, "Idempotency-Key", "k");
            assertEquals(503, busy.status());
            ada.delete("/api/chat/" + running.run());
            running.awaitEnd();
            SseStream started = ada.ask(QUESTION, "Idempotency-Key", "k").awaitEvents(5);
            assertEquals(200, started.status());
            assertTrue(started.run().startsWith("run_"));
        }
    }

    @Test
    void aRepeatAttachesEvenWhenThereIsRoomForNoOtherRun() throws Exception {
        try (Server server = Server.start(folder, "--token-pace", "5", "--max-runs", "1")) {
            SseClient ada = server.client("ada");
            SseStream first = ada.ask(QUESTION, "Idempotency-Key", "k").awaitEvents(5);
            SseStream again = ada.ask(QUESTION, "Idempotency-Key", "k");
            assertEquals(200, again.status(), "a refresh while all places are taken, one of them by this run");
            assertEquals(first.awaitEnd().wire(), again.awaitEnd().wire());
        }
    }
}
