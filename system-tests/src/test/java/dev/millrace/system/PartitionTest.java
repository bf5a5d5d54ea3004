package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.events.EventsRole;
import dev.millrace.sse.SseEvent;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node for chat and events and an agent are cut off from the others for longer than it takes to be taken for dead, and
 * come back: once as processes that are suspended, and once, where the machine permits it, by a link that goes down
 * between two networks, so that both sides live on. The failure detection is that of the cluster file that we ship.
 */
@Timeout(240)
@SuppressWarnings("NullAway.Init") // each test begins with start
class PartitionTest {

    private static final long CUT_SECONDS = 30;
    private static final long MERGE_SECONDS = 60;
    private static final String FEED = "/api/events?feed=news";
    private static final JsonObject QUESTION =
            new JsonObject().put("message", Library.WHEEL).put("detach", true);

    /** A run of more than a hundred tokens goes on long after the cut. */
    private static final String[] PACE = {"--token-pace", "600"};

    @TempDir
    Path folder;

    private Redis redis;
    private Fleet fleet;
    private Member far;
    private Member farAgent;
    private SseClient atNear;
    private SseClient atFar;
    private Registrations registrations;
    private String nearWriter;
    private int published;

    @Test
    void whoWasSuspendedIsAMemberLikeAnyOtherAgain() throws Exception {
        redis = Redis.start(folder);
        fleet = Fleet.over(redis, folder);
        try {
            start(Place.LOOPBACK);
            cutOffAndBack(
                    () -> {
                        far.process().suspend();
                        farAgent.process().suspend();
                    },
                    () -> {
                        far.process().goOn();
                        farAgent.process().goOn();
                    });
        } finally {
            fleet.close();
            redis.close();
        }
    }

    @Test
    void whoWasBehindABrokenLinkIsAMemberLikeAnyOtherAgain() throws Exception {
        try (Island island = Island.rise()) {
            redis = Redis.start(folder, "--bind", island.outside().address(), "127.0.0.1", "--protected-mode", "no");
            fleet = Fleet.over(redis, folder, island.outside());
            try {
                start(island.inside());
                cutOffAndBack(island::cut, island::mend);
            } finally {
                fleet.close();
                redis.close();
            }
        }
    }

    @Test
    void aRunThatGoesOnIsNotEndedByWhoWasCutOffFromItsAgent() throws Exception {
        redis = Redis.start(folder);
        fleet = Fleet.over(redis, folder);
        try {
            start(Place.LOOPBACK);
            SseStream going = oneOfEachAgent()[0];
            SseStream goingAtFar = atFar.resume(going.run(), "0-0").awaitEvents(5);
            far.process().suspend();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(CUT_SECONDS));
            far.process().goOn();
            int had = going.events().size();
            going.awaitEvents(had + 20);
            assertEquals(List.of(), going.data("error"), "its agent is alive");
            assertEquals(202, atNear.delete("/api/chat/" + going.run()).status());
            assertEquals("cancelled", going.done().getString("status"));
            assertEquals(going.events(), readToTheEnd(goingAtFar));
        } finally {
            fleet.close();
            redis.close();
        }
    }

    /** A reader of the node that was suspended may have to come back, and loses nothing by it. */
    private List<SseEvent> readToTheEnd(SseStream first) {
        List<SseStream> connections = new ArrayList<>(List.of(first.awaitEnd()));
        while (connections.get(connections.size() - 1).end() != SseStream.End.CLEAN) {
            String lastId = connections.get(connections.size() - 1).lastId();
            connections.add(patiently("/api/chat/" + first.run(), lastId).awaitEnd());
        }
        return all(connections);
    }

    private void start(Place cutOff) throws Exception {
        fleet.here(List.of(new EventsRole()));
        registrations = Registrations.ofThisJvm();
        Member near = fleet.begin("chat,events");
        Member agent = fleet.begin("agent", PACE);
        far = fleet.begin(cutOff, "chat,events");
        List.of(near, agent, far).forEach(Member::awaitReady);
        atNear = fleet.client(near, "ada");
        atFar = fleet.client(far, "ada");
        SseStream first = atNear.ask(QUESTION);
        nearWriter = first.writer();
        atNear.delete("/api/chat/" + first.run());
        farAgent = fleet.begin(cutOff, "agent", PACE).awaitReady();
    }

    private void cutOffAndBack(Runnable cut, Runnable mend) throws Exception {
        SseStream[] runs = oneOfEachAgent();
        SseStream going = runs[0];
        SseStream lost = runs[1];
        SseStream lostAtNear = atNear.resume(lost.run(), "0-0").awaitEvents(5);
        SseStream near = atNear.watch(FEED + "&from=earliest").awaitOpening();
        List<SseStream> atFarFeed =
                new ArrayList<>(List.of(atFar.watch(FEED + "&from=earliest").awaitOpening()));
        List<String> ids = publish(atNear, 5);
        ids.addAll(publish(atFar, 5));
        near.awaitEvents(10);
        atFarFeed.get(0).awaitEvents(10);
        Set<String> before = registrations.now();

        cut.run();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(CUT_SECONDS);
        ids.addAll(publish(atNear, 5));
        assertEquals("failed", lostAtNear.done().getString("status"));
        assertEquals("agent_lost", lostAtNear.data("error").get(0).getString("code"));
        ids.addAll(publish(atNear, 5));
        near.awaitEvents(20);
        LockSupport.parkNanos(until - System.nanoTime());
        assertTrue(!going.isOver(), () -> "a run went on all the while: " + going.wire());
        mend.run();

        ids.addAll(publish(atNear, 5));
        ids.addAll(publish(atFar, 5));
        assertEquals(ids, ids(near.awaitEvents(30).events()));
        assertEquals(ids, ids(readOn(atFarFeed, 30)));
        assertEquals(
                lostAtNear.eventBlocks(),
                atFar.resume(lost.run(), "0-0").awaitEnd().eventBlocks());

        awaitMerge(before);
        SseStream goingAtFar = atFar.resume(going.run(), "0-0");
        assertBothAgentsAreAsked(List.of(going.writer(), lost.writer()));
        Server.eventually(
                "the agent finds that its run is over", () -> said(farAgent).contains(lost.run()));
        assertEquals(
                lostAtNear.eventBlocks(),
                atNear.resume(lost.run(), "0-0").awaitEnd().eventBlocks(),
                "no more is written");
        assertEquals(202, atFar.delete("/api/chat/" + going.run()).status());
        assertEquals("cancelled", going.done().getString("status"));
        assertEquals(going.eventBlocks(), goingAtFar.awaitEnd().eventBlocks());
        near.leave();
        atFarFeed.forEach(SseStream::leave);
    }

    /**
     * Hazelcast looks for lost members every ten seconds, and takes one after another in; each node writes every ten
     * seconds again what it listens to.
     */
    private void awaitMerge(Set<String> before) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MERGE_SECONDS);
        while (!registrations.now().equals(before) && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
        assertEquals(lines(before), lines(registrations.now()));
    }

    private static String lines(Set<String> all) {
        return String.join("\n", all);
    }

    /** From each node of each agent, and ended from the other node. */
    private void assertBothAgentsAreAsked(List<String> writers) {
        Set<String> asked = new HashSet<>();
        for (int i = 0; i < 20 && asked.size() < 4; i++) {
            SseClient who = i % 2 == 0 ? atNear : atFar;
            SseStream run = who.ask(QUESTION).awaitEvents(5);
            assertTrue(writers.contains(run.writer()), run::writer);
            asked.add(i % 2 + " asks " + run.writer());
            assertEquals(
                    202,
                    (i % 2 == 0 ? atFar : atNear)
                            .delete("/api/chat/" + run.run())
                            .status());
            assertEquals("cancelled", run.done().getString("status"), run::wire);
        }
        assertEquals(4, asked.size(), asked::toString);
    }

    /** The first is of the agent that stays, the second of the one that is cut off. */
    private SseStream[] oneOfEachAgent() {
        SseStream[] two = new SseStream[2];
        while (two[0] == null || two[1] == null) {
            SseStream run = atNear.ask(QUESTION).awaitEvents(5);
            two[run.writer().equals(nearWriter) ? 0 : 1] = run;
        }
        return two;
    }

    /** Comes back to the node that was cut off with the last id, as often as it takes; everything that was read. */
    private List<SseEvent> readOn(List<SseStream> connections, int enough) {
        while (true) {
            SseStream last = connections.get(connections.size() - 1);
            List<SseEvent> all = all(connections);
            if (all.size() >= enough) {
                return all;
            }
            if (last.isOver()) {
                connections.add(patiently(FEED, last.lastId()));
            } else {
                last.awaitChange();
            }
        }
    }

    private SseStream patiently(String path, String lastId) {
        List<SseStream> answers = new ArrayList<>();
        Server.eventually("an answer of the node that was cut off", () -> {
            answers.add(atFar.watch(path, "Last-Event-ID", lastId));
            return answers.get(answers.size() - 1).status() == 200;
        });
        return answers.get(answers.size() - 1);
    }

    /** Without what the server says of the stream itself. */
    private static List<SseEvent> all(List<SseStream> connections) {
        return connections.stream()
                .flatMap(connection -> connection.events().stream())
                .filter(event -> !isOfTheStream(event))
                .toList();
    }

    /** A warning that Redis is away has no id of its own, and is no event of the log. */
    private static boolean isOfTheStream(SseEvent event) {
        return event.type().equals("warning") && event.data().contains("log_");
    }

    private List<String> publish(SseClient who, int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            JsonObject event = new JsonObject()
                    .put("specversion", "1.0")
                    .put("id", "" + ++published)
                    .put("source", "/tests")
                    .put("type", "com.example.seen.v1");
            SseClient.Reply reply = who.post(FEED, "application/cloudevents+json", event);
            assertEquals(202, reply.status(), () -> reply.body().toString());
            ids.add(reply.json().getJsonArray("results").getJsonObject(0).getString("id"));
        }
        return ids;
    }

    private static List<String> ids(List<SseEvent> events) {
        return events.stream().map(SseEvent::id).toList();
    }

    private static String said(Member member) {
        try {
            return member.process().stderr();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
