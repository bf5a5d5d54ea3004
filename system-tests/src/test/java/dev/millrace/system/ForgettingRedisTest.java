package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.AgentRole;
import dev.millrace.chat.ChatRole;
import dev.millrace.events.EventsRole;
import dev.millrace.sse.SseEvent;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Redis comes back without the last events that it acknowledged, as after the failover to a replica that was behind: here
 * it is killed and begins with an older copy of its data. Nobody is left to think that nothing happened.
 */
@Timeout(120)
class ForgettingRedisTest {

    private static final String FEED = "/api/events?feed=news";

    @TempDir
    Path folder;

    private Redis redis;
    private Fleet fleet;
    private Callers callers;
    private SseClient atA;
    private SseClient atB;
    private int published;

    @BeforeEach
    void start() throws Exception {
        redis = Redis.start(folder);
        fleet = Fleet.over(redis, folder);
        callers = fleet.callers();
        atA = fleet.here(List.of(new ChatRole(), new EventsRole())).client("ada");
        atB = fleet.here(List.of(new ChatRole(), new EventsRole())).client("ada");
        fleet.here(List.of(new AgentRole()), "--token-pace", "20");
    }

    @AfterEach
    void stop() throws Exception {
        fleet.close();
        redis.close();
    }

    /** From here on all is forgotten. */
    private void copy() {
        redis.ask(callers.vertx(), "save");
    }

    private void forget() throws Exception {
        redis.kill();
        redis.startAgain();
    }

    @Test
    void everyReaderOfAFeedIsResetTheLiveOnesAndThoseThatReturn() throws Exception {
        List<String> kept = publish(5);
        List<SseStream> whole = new ArrayList<>();
        List<SseStream> live = new ArrayList<>();
        for (SseClient node : List.of(atA, atB)) {
            whole.add(node.watch(FEED + "&from=earliest").awaitEvents(5));
            live.add(node.watch(FEED).awaitOpening());
            live.add(node.watch(FEED + "&type=com.example.nothing.*").awaitOpening());
        }
        assertEquals(200, commit(kept.get(2)).status());
        copy();
        List<String> lost = publish(5);
        whole.forEach(reader -> assertEquals(10, reader.awaitEvents(10).events().size()));
        assertEquals(200, commit(lost.get(4)).status());
        forget();
        List<String> grown = publish(3);
        List<String> now = new ArrayList<>(kept);
        now.addAll(grown);
        assertEquals(seqs(now), List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L));
        for (SseStream reader : whole) {
            awaitReset(reader, lost.get(4));
            assertEquals(now, ids(reader.awaitEvents(11 + now.size())).subList(11, 11 + now.size()));
        }
        live.forEach(reader -> awaitReset(reader, lost.get(4)));
        String next = publish(1).get(0);
        now.add(next);
        whole.forEach(reader -> assertTrue(ids(reader.awaitEvent(is(next))).contains(next)));
        for (int node = 0; node < 2; node++) {
            SseStream unfiltered = live.get(2 * node);
            assertTrue(ids(unfiltered.awaitEvent(is(next))).contains(next), unfiltered::wire);
        }
        whole.forEach(SseStream::leave);
        live.forEach(SseStream::leave);
        for (SseClient node : List.of(atA, atB)) {
            assertReturns(node, "", lost.get(4), "beyond_head");
            assertReturns(node, "", lost.get(1), "identity");
            assertReturns(node, "&type=com.example.nothing.*", lost.get(1), "identity");
            SseStream exact = node.watch(FEED, "Last-Event-ID", kept.get(4)).awaitEvents(4);
            assertEquals(now.subList(5, 9), ids(exact), "who has nothing that was lost is not disturbed");
            exact.leave();
            SseStream consumer = node.watch(FEED + "&consumer=team").awaitEvents(6);
            assertEquals(now.subList(3, 9), ids(consumer), "what it committed was forgotten as well");
            consumer.leave();
            SseStream refused = node.watch(FEED + "&on_gap=fail", "Last-Event-ID", lost.get(1));
            assertEquals(409, refused.status());
            assertEquals("reset", refused.problem().getString("code"));
        }
    }

    @Test
    void everyReaderOfARunIsResetAndTheRunHasALastWord() throws Exception {
        SseStream run = atA.ask(Library.WHEEL).awaitEvents(12);
        SseStream other = atB.resume(run.run(), "0-0").awaitEvents(12);
        copy();
        int seen = run.events().size();
        run.awaitEvents(seen + 15);
        other.awaitEvents(seen + 15);
        assertTrue(!run.isOver() && !other.isOver(), "both read a run that goes on");
        String lost = run.lastId();
        forget();
        for (SseStream reader : List.of(run, other)) {
            reader.awaitEnd();
            List<SseEvent> events = reader.events();
            int reset = positions(events).indexOf("reset");
            assertTrue(reset > 0, reader::wire);
            SseStream.assertWhole(events.subList(reset + 1, events.size()));
        }
        SseStream back = atB.resume(run.run(), lost).awaitEnd();
        assertEquals("reset", back.events().get(0).type(), back::wire);
        SseStream.assertWhole(back.events().subList(1, back.events().size()));
    }

    @Test
    void whoReadsARunOfWhichNothingIsLeftIsCutOffAndFindsThatItIsGone() throws Exception {
        copy();
        SseStream run = atA.ask(Library.WHEEL).awaitEvents(12);
        SseStream other = atB.resume(run.run(), "0-0").awaitEvents(12);
        forget();
        for (SseStream reader : List.of(run, other)) {
            assertEquals(SseStream.End.RESET, reader.awaitEnd().end(), reader::wire);
        }
        assertEquals(404, atA.resume(run.run(), run.lastId()).status());
        assertEquals(404, atB.resume(run.run(), "0-0").status());
    }

    private static List<String> positions(List<SseEvent> events) {
        return events.stream().map(SseEvent::type).toList();
    }

    private void assertReturns(SseClient node, String query, String id, String reason) {
        SseStream reader = node.watch(FEED + query, "Last-Event-ID", id).awaitEvents(1);
        assertReset(reader.events().get(0), id, reason);
        reader.leave();
    }

    private static void awaitReset(SseStream reader, String lost) {
        reader.awaitEvent(event -> event.type().equals("reset"));
        SseEvent reset = reader.events().stream()
                .filter(event -> event.type().equals("reset"))
                .findFirst()
                .orElseThrow();
        assertEquals(lost, new JsonObject(reset.data()).getString("requested"));
    }

    private static void assertReset(SseEvent event, String id, String reason) {
        assertEquals("reset", event.type());
        assertEquals(id, new JsonObject(event.data()).getString("requested"));
        assertEquals(reason, new JsonObject(event.data()).getString("reason"));
    }

    private static java.util.function.Predicate<SseEvent> is(String id) {
        return event -> id.equals(event.id());
    }

    private SseClient.Reply commit(String id) {
        return atA.call(
                HttpMethod.PUT,
                "/api/events/consumers/team?feed=news",
                new JsonObject().put("id", id).toBuffer(),
                "Content-Type",
                "application/json");
    }

    /** At both nodes in turn; the ids. */
    private List<String> publish(int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            JsonObject event = new JsonObject()
                    .put("specversion", "1.0")
                    .put("id", "" + ++published)
                    .put("source", "/tests")
                    .put("type", "com.example.seen.v1");
            SseClient.Reply reply = (i % 2 == 0 ? atA : atB).post(FEED, "application/cloudevents+json", event);
            assertEquals(202, reply.status(), () -> reply.body().toString());
            ids.add(reply.json().getJsonArray("results").getJsonObject(0).getString("id"));
        }
        return ids;
    }

    private static List<Long> seqs(List<String> ids) {
        return ids.stream()
                .map(id -> Long.parseLong(id.substring(0, id.indexOf('-'))))
                .toList();
    }

    private static List<String> ids(SseStream stream) {
        return stream.events().stream().map(SseEvent::id).toList();
    }
}
