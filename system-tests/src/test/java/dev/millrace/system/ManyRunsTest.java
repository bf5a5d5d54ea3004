package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ManyRunsTest {

    @TempDir
    Path folder;

    @Test
    void twoHundredRunsAtOnceAreAllWhole() throws Exception {
        try (Server server = Server.start(folder, "--token-pace", "1")) {
            List<String> questions = List.of(Library.WHEEL, Library.LANTERNS, Library.SLUICE);
            List<String> answers = new ArrayList<>();
            for (String question : questions) {
                answers.add(server.client("model").ask(question).awaitEnd().text());
            }
            List<CompletableFuture<SseStream>> asking = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                asking.add(server.client("person " + i % 20)
                        .askSoon(new JsonObject().put("message", questions.get(i % 3))));
            }
            for (int i = 0; i < 200; i++) {
                SseStream stream = SseClient.await(asking.get(i)).awaitEnd();
                assertEquals("completed", stream.done().getString("status"), stream::wire);
                assertEquals(answers.get(i % 3), stream.text());
                assertTrue(SseStream.matches(stream.done(), stream.text()));
                assertEquals(
                        stream.events().size(),
                        SseStream.seqs(stream.events()).get(stream.events().size() - 1));
            }
            server.awaitQuiet();
        }
    }

    /** What stays by design: the two shelves of each person, and what an idempotency key stands for. */
    @Test
    void twoThousandRequestsInARowLeaveNothingBehind() throws Exception {
        // Without happenings, whose feed would be a stream more.
        try (Server server = Server.start(folder, "--events-feed=")) {
            int people = 3;
            int keys = 0;
            for (int i = 0; i < 2_000; i++) {
                SseClient person = server.client("person " + i % people);
                JsonObject question = new JsonObject().put("message", Library.SLUICE);
                String[] headers = i % 50 == 0 ? new String[] {"Idempotency-Key", "key " + i} : new String[0];
                keys += headers.length / 2;
                String session;
                if (i % 7 == 0) {
                    SseStream left = person.askAndLeave(question, 2, headers).awaitEnd();
                    session = left.session();
                } else {
                    SseStream whole = person.ask(question, headers);
                    assertEquals("completed", whole.done().getString("status"), whole::wire);
                    session = whole.session();
                }
                assertEquals(204, person.delete("/api/chat/sessions/" + session).status());
            }
            assertEquals(2 * people + keys, server.log().streams());
            server.awaitQuiet();
            assertEquals(0, server.log().tails());
            assertEquals(0, server.log().windows());
            assertEquals(0, server.gateway().heartbeats().open());
            assertEquals(0, server.gateway().heartbeats().timers());
        }
    }

    @Test
    void whoComesWhenAllPlacesAreTakenIsToldToComeBack() throws Exception {
        try (Server server = Server.start(folder, "--token-pace", "4", "--max-runs", "1", "--events-feed=")) {
            SseClient ada = server.client("ada");
            SseStream running = ada.ask(Library.SLUICE).awaitEvents(4);
            for (SseClient client : List.of(ada, server.client("bob"))) {
                SseStream busy = client.ask(Library.SLUICE);
                assertEquals(503, busy.status());
                assertEquals("application/problem+json", busy.header("Content-Type"));
                int seconds = Integer.parseInt(busy.header("Retry-After"));
                assertTrue(seconds >= 1 && seconds <= 5, "Retry-After: " + seconds);
                assertEquals("busy", busy.problem().getString("code"));
                assertEquals(503, busy.problem().getInteger("status"));
            }
            assertEquals("completed", running.done().getString("status"), "the run before is none the worse");
            assertEquals("completed", ada.ask(Library.SLUICE).done().getString("status"));
            // The two runs, their sessions, the shelves of sessions and of runs.
            assertEquals(6, server.log().streams(), "who was refused left nothing");
        }
    }
}
