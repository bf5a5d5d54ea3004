package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.AgentRole;
import dev.millrace.chat.ChatRole;
import dev.millrace.event.EventId;
import dev.millrace.events.EventsRole;
import dev.millrace.sse.SseEvent;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes for chat, two for agents and one for events, over one Redis. Who dies, does so in {@link AgentDeathTest}. */
@Timeout(120)
class ClusterTest {

    private static final JsonObject QUESTION = new JsonObject().put("message", Library.WHEEL);

    @TempDir
    static Path folder;

    private static Redis redis;
    private static Fleet fleet;
    private static Server events;
    private static SseClient atA;
    private static SseClient atB;

    @BeforeAll
    static void start() throws Exception {
        redis = Redis.start(folder);
        fleet = Fleet.over(redis, folder);
        events = fleet.here(List.of(new EventsRole()));
        atA = fleet.here(List.of(new ChatRole())).client("ada");
        atB = fleet.here(List.of(new ChatRole(), new EventsRole())).client("ada");
        fleet.here(List.of(new AgentRole()));
        fleet.here(List.of(new AgentRole()));
    }

    @AfterAll
    static void stop() throws Exception {
        fleet.close();
        redis.close();
    }

    @Test
    void aRunCutOnOneNodeIsResumedOnTheOther() {
        SseStream whole = atA.ask(QUESTION).awaitEnd();
        int n = whole.events().size();
        TreeSet<Integer> cuts = new TreeSet<>();
        for (int k : new int[] {1, 2, 3, 10, 25, 50, n / 2, n - 1}) {
            SseStream first = atA.askAndLeave(QUESTION, k).awaitEnd();
            SseStream second = atB.resume(first.run(), first.lastId()).awaitEnd();
            assertEquals(SseStream.End.CLEAN, second.end());
            List<SseEvent> joined = new ArrayList<>(first.events());
            joined.addAll(second.events());
            SseStream.assertWhole(joined);
            List<String> blocks = new ArrayList<>(first.eventBlocks());
            blocks.addAll(second.eventBlocks());
            assertEquals(atA.resume(first.run(), "0-0").awaitEnd().eventBlocks(), blocks, "cut at " + k);
            assertEquals(whole.text(), SseStream.appended(joined));
            cuts.add(k);
        }
        assertTrue(cuts.size() >= 7, cuts::toString);
    }

    @Test
    void readersOnTwoNodesSeeTheSameBytesWhileTheRunGoesOn() {
        SseStream own = atA.ask(QUESTION).awaitEvents(3);
        SseStream sameNode = atA.resume(own.run(), "0-0");
        SseStream otherNode = atB.resume(own.run(), "0-0").awaitEvents(1);
        assertTrue(!otherNode.isOver() && !own.isOver(), "all three read a run that goes on");
        String wire = own.awaitEnd().wire();
        assertEquals(wire, sameNode.awaitEnd().wire());
        assertEquals(wire, otherNode.awaitEnd().wire());
        SseStream.assertWhole(own.events());
    }

    @Test
    void aRunIsCancelledFromAnyNode() {
        SseStream run = atA.ask(QUESTION).awaitEvents(6);
        int status = atB.delete("/api/chat/" + run.run()).status();
        assertTrue(status == 202 || status == 204, "status " + status);
        assertEquals("cancelled", run.done().getString("status"));
        assertTrue(SseStream.matches(run.done(), run.text()), run::wire);
    }

    @Test
    void aKeyStandsForOneRunOnEveryNode() {
        atA.ask(QUESTION).awaitEnd();
        SseStream first = atA.ask(QUESTION, "Idempotency-Key", "one");
        SseStream again = atB.ask(QUESTION, "Idempotency-Key", "one");
        assertEquals(first.run(), again.run());
        assertEquals(first.awaitEnd().wire(), again.awaitEnd().wire());
    }

    @Test
    void registrationsDoNotGrowWithTheNumberOfRuns() {
        atA.ask(QUESTION).awaitEnd();
        Registrations registrations = Registrations.ofThisJvm();
        Set<String> before = registrations.now();
        for (int round = 0; round < 3; round++) {
            List<SseStream> viewers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                SseStream run = (i % 2 == 0 ? atA : atB).ask(QUESTION).awaitEvents(1);
                viewers.add(run);
                viewers.add(atA.resume(run.run(), "0-0"));
                viewers.add(atB.resume(run.run(), "0-0"));
            }
            assertEquals(before, registrations.now(), "while they go on");
            viewers.forEach(viewer -> assertEquals("completed", viewer.done().getString("status")));
        }
        assertEquals(before, registrations.now(), "when they are over");
    }

    @Test
    void aFeedIsReadWhereverItIsPublished() {
        SseClient publisher = events.client("ada");
        SseStream live =
                atB.watch(SseStream.WHOLE, "/api/events?feed=news&from=earliest", "Accept", "text/event-stream");
        live.awaitOpening();
        for (int i = 0; i < 20; i++) {
            JsonObject event = new JsonObject()
                    .put("specversion", "1.0")
                    .put("id", "" + i)
                    .put("source", "/tests")
                    .put("type", "com.example.seen.v1");
            SseClient from = i % 2 == 0 ? publisher : atB;
            assertEquals(
                    202,
                    from.post("/api/events?feed=news", "application/cloudevents+json", event)
                            .status());
        }
        live.awaitEvents(20);
        assertEquals(LongStream.rangeClosed(1, 20).boxed().toList(), SseStream.seqs(live.events()));
        SseStream late = publisher.watch("/api/events?feed=news&from=earliest").awaitEvents(20);
        assertEquals(live.eventBlocks(), late.eventBlocks());
        live.leave();
        late.leave();
    }

    @Test
    void aQuestionWaitsForTheRunOfAnotherAgent() {
        SseStream[] two = onTwoAgents(QUESTION);
        SseStream first = two[0];
        SseStream second = two[1];
        assertEquals("completed", first.done().getString("status"));
        assertEquals("completed", second.done().getString("status"));
        List<String> steps = second.data("status").stream()
                .map(status -> status.getString("step"))
                .toList();
        assertEquals("queued", steps.get(1), steps::toString);
        long over = millis(first.events().get(first.events().size() - 1));
        long begun = second.events().stream()
                .filter(event -> event.data().contains("\"generating\""))
                .mapToLong(ClusterTest::millis)
                .findFirst()
                .orElseThrow();
        assertTrue(over <= begun, "began " + (over - begun) + " ms before its turn");
    }

    @Test
    void aQuestionInterruptsTheRunOfAnotherAgent() {
        SseStream[] two = onTwoAgents(QUESTION.copy().put("if_running", "interrupt"));
        SseStream first = two[0];
        SseStream second = two[1];
        assertEquals("cancelled", first.done().getString("status"));
        assertEquals("completed", second.done().getString("status"));
    }

    /** A run, and one behind it in the same conversation that another agent has. */
    private static SseStream[] onTwoAgents(JsonObject next) {
        while (true) {
            SseStream first = atA.ask(QUESTION).awaitEvents(4);
            SseStream second = atB.ask(next.copy().put("session", first.session()));
            if (!first.writer().equals(second.writer())) {
                return new SseStream[] {first, second};
            }
            // Each node goes round the agents by itself: the two would keep step for ever.
            atB.ask(QUESTION).awaitEnd();
        }
    }

    private static long millis(SseEvent event) {
        return EventId.parse(event.id()).orElseThrow().millis();
    }

    @Test
    void whatTheClusterForgetsOfWhoListensEachNodeTellsItAgain() {
        Registrations registrations = Registrations.ofThisJvm();
        Set<String> before = registrations.now();
        registrations.forget();
        Server.eventually("that all is known again", () -> registrations.now().equals(before));
        SseStream.assertWhole(atA.ask(QUESTION).awaitEnd().events());
    }
}
