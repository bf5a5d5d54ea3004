package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.AgentRole;
import dev.millrace.chat.ChatRole;
import dev.millrace.event.EventId;
import dev.millrace.events.EventsRole;
import dev.millrace.launch.Role;
import dev.millrace.sse.SseEvent;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes for chat, two for agents and one for events, over one Redis; a third agent comes to die. */
@Timeout(120)
class ClusterTest {

    private static final JsonObject QUESTION = new JsonObject().put("message", Library.WHEEL);

    @TempDir
    static Path folder;

    private static final List<AutoCloseable> started = new ArrayList<>();
    private static Redis redis;
    private static int seed;
    private static Server chatA;
    private static Server chatB;
    private static Server events;
    private static SseClient atA;
    private static SseClient atB;

    @BeforeAll
    static void start() throws Exception {
        Library.writeTo(folder.resolve("docs"));
        redis = keep(Redis.start(folder));
        seed = Redis.freePort();
        events = node(seed, new EventsRole());
        chatA = node(Redis.freePort(), new ChatRole());
        chatB = node(Redis.freePort(), new ChatRole(), new EventsRole());
        node(Redis.freePort(), new AgentRole());
        node(Redis.freePort(), new AgentRole());
        atA = chatA.client("ada");
        atB = chatB.client("ada");
    }

    @AfterAll
    static void stop() throws Exception {
        Collections.reverse(started);
        for (AutoCloseable each : started) {
            each.close();
        }
    }

    private static <T extends AutoCloseable> T keep(T resource) {
        started.add(resource);
        return resource;
    }

    private static Server node(int clusterPort, Role... roles) throws Exception {
        List<String> flags = new ArrayList<>(cluster(clusterPort));
        if (roles[0] instanceof AgentRole) {
            flags.addAll(agent());
        }
        return keep(Server.start(List.of(roles), folder, flags.toArray(String[]::new)));
    }

    private static List<String> cluster(int port) {
        return List.of(
                "--redis",
                redis.url(),
                "--cluster",
                Project.file("cluster.xml").toString(),
                "--cluster-port",
                "" + port,
                "--cluster-members",
                "127.0.0.1:" + seed);
    }

    private static List<String> agent() {
        return List.of("--docs", folder.resolve("docs").toString(), "--token-pace", "5");
    }

    /** An agent in a process of its own, which is killed when it is closed. */
    private static CommandLineProcess mortalAgent() throws IOException {
        List<String> args = new ArrayList<>(List.of("serve", "--roles", "agent", "--port", "0"));
        args.addAll(List.of(
                "--management-port", "0", "--home", folder.resolve("home").toString()));
        args.addAll(cluster(Redis.freePort()));
        args.addAll(agent());
        CommandLineProcess process = CommandLineProcess.start(folder, Map.of(), args.toArray(String[]::new));
        process.lineThatBegins("roles");
        return process;
    }

    @Test
    void aRunCutOnOneNodeIsResumedOnTheOther() {
        SseStream whole = ask(atA, QUESTION).awaitEnd();
        int n = whole.events().size();
        TreeSet<Integer> cuts = new TreeSet<>();
        for (int k : new int[] {1, 2, 3, 10, 25, 50, n / 2, n - 1}) {
            SseStream first = atA.askAndLeave(QUESTION, k).awaitEnd();
            SseStream second = atB.resume(first.run(), first.lastId()).awaitEnd();
            assertEquals(SseStream.End.CLEAN, second.end());
            List<SseEvent> joined = new ArrayList<>(first.events());
            joined.addAll(second.events());
            assertWhole(joined);
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
        SseStream own = ask(atA, QUESTION).awaitEvents(3);
        SseStream sameNode = atA.resume(own.run(), "0-0");
        SseStream otherNode = atB.resume(own.run(), "0-0").awaitEvents(1);
        assertTrue(!otherNode.isOver() && !own.isOver(), "all three read a run that goes on");
        String wire = own.awaitEnd().wire();
        assertEquals(wire, sameNode.awaitEnd().wire());
        assertEquals(wire, otherNode.awaitEnd().wire());
        assertWhole(own.events());
    }

    @Test
    void aRunIsCancelledFromAnyNode() {
        SseStream run = ask(atA, QUESTION).awaitEvents(6);
        int status = atB.delete("/api/chat/" + run.run()).status();
        assertTrue(status == 202 || status == 204, "status " + status);
        assertEquals("cancelled", run.done().getString("status"));
        assertTrue(SseStream.matches(run.done(), run.text()), run::wire);
    }

    @Test
    void aKeyStandsForOneRunOnEveryNode() {
        ask(atA, QUESTION).awaitEnd();
        SseStream first = atA.ask(QUESTION, "Idempotency-Key", "one");
        SseStream again = atB.ask(QUESTION, "Idempotency-Key", "one");
        assertEquals(first.run(), again.run());
        assertEquals(first.awaitEnd().wire(), again.awaitEnd().wire());
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

    @Test
    void anAgentThatDiesEndsItsRunOnceAndTheOthersGoOn() throws Exception {
        Set<String> survivors = nodes(8);
        assertEquals(2, survivors.size());
        SseStream run;
        SseStream elsewhere;
        try (CommandLineProcess mortal = mortalAgent()) {
            run = askNoneOf(survivors);
            run.awaitEvents(8);
            elsewhere = atB.resume(run.run(), "0-0").awaitEvents(8);
            mortal.close();
        }
        JsonObject done = run.done();
        assertEquals("failed", done.getString("status"));
        assertTrue(SseStream.matches(done, run.text()), run::wire);
        assertEquals(
                List.of("agent_lost"),
                run.data("error").stream().map(e -> e.getString("code")).toList());
        assertEquals(run.wire(), elsewhere.awaitEnd().wire());
        assertEquals(
                run.eventBlocks(), atB.resume(run.run(), "0-0").awaitEnd().eventBlocks(), "and nothing follows it");
        String session = run.session();
        String answer = run.text();
        Server.eventually(
                "the answer in its conversation", () -> answers(session).contains("failed: " + answer));
        SseStream next = ask(atA, QUESTION.copy().put("session", run.session()));
        assertEquals("completed", next.done().getString("status"));
        for (int i = 0; i < 6; i++) {
            SseStream other = ask(i % 2 == 0 ? atA : atB, QUESTION);
            assertEquals(200, other.status());
            assertTrue(survivors.contains(node(other)));
            assertEquals("completed", other.done().getString("status"));
        }
    }

    @Test
    void whoComesToARunAfterTheDeathOfItsAgentEndsIt() throws Exception {
        Set<String> survivors = nodes(8);
        SseStream left;
        try (CommandLineProcess mortal = mortalAgent()) {
            left = askNoneOf(survivors).awaitEvents(5);
            left.leave();
            mortal.close();
        }
        SseStream back = atB.resume(left.run(), left.lastId());
        JsonObject done = back.done();
        assertEquals("failed", done.getString("status"));
        assertEquals("agent_lost", back.data("error").get(0).getString("code"));
        List<SseEvent> all = new ArrayList<>(left.events());
        all.addAll(back.events());
        assertWhole(all);
    }

    private static List<String> answers(String session) {
        return atB.get("/api/chat/sessions/" + session).json().getJsonArray("messages").stream()
                .map(JsonObject.class::cast)
                .map(message -> message.getString("status") + ": " + message.getString("text"))
                .toList();
    }

    /** A run, and one behind it in the same conversation that another agent has. */
    private static SseStream[] onTwoAgents(JsonObject next) {
        while (true) {
            SseStream first = ask(atA, QUESTION).awaitEvents(4);
            SseStream second = ask(atB, next.copy().put("session", first.session()));
            if (!node(first).equals(node(second))) {
                return new SseStream[] {first, second};
            }
            // Each node goes round the agents by itself: the two would keep step for ever.
            ask(atB, QUESTION).awaitEnd();
        }
    }

    /** A question right after the death of an agent may still go to that one: it is refused, and may be asked again. */
    private static SseStream ask(SseClient who, JsonObject question) {
        SseStream run = who.ask(question);
        for (int refused = 0; run.status() == 503 && refused < 5; refused++) {
            assertEquals("no_agent", run.problem().getString("code"));
            run = who.ask(question);
        }
        return run;
    }

    /** A run of an agent that is none of these, under way. */
    private static SseStream askNoneOf(Set<String> nodes) {
        while (true) {
            SseStream run = ask(atA, QUESTION.copy().put("detach", true));
            if (!nodes.contains(node(run))) {
                return run;
            }
            atA.delete("/api/chat/" + run.run());
        }
    }

    /** Who answers, of so many questions. */
    private static Set<String> nodes(int questions) {
        Set<String> nodes = new TreeSet<>();
        for (int i = 0; i < questions; i++) {
            SseStream run = ask(atA, QUESTION);
            nodes.add(node(run));
            atA.delete("/api/chat/" + run.run());
        }
        return nodes;
    }

    private static String node(SseStream run) {
        String id = run.run();
        return id.substring(id.length() - 8);
    }

    private static long millis(SseEvent event) {
        return EventId.parse(event.id()).orElseThrow().millis();
    }

    private static void assertWhole(List<SseEvent> events) {
        assertEquals(
                LongStream.rangeClosed(1, events.size()).boxed().toList(), SseStream.seqs(events), "each seq once");
        String text = SseStream.appended(events);
        assertEquals(text, SseStream.placed(events));
        List<JsonObject> done = SseStream.data(events, "done");
        assertEquals(1, done.size());
        assertTrue(SseStream.matches(done.get(0), text), () -> done + " for " + text);
    }
}
