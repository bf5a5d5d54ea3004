package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.launch.Program;
import dev.millrace.log.Extent;
import dev.millrace.log.StreamName;
import dev.millrace.sse.SseEvent;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** DESIGN section 2, "Resume", row by row. */
@Timeout(60)
class ResumeTableTest {

    private static final String OPENING = "retry: 1000\nid: 0-0\n\n";

    @TempDir
    static Path folder;

    private static Server server;
    private static SseClient ada;
    private static SseStream whole;
    private static String path;
    private static String first;
    private static String head;

    @BeforeAll
    static void start() throws Exception {
        server = Server.start(folder.resolve("kept"));
        ada = server.client("ada");
        whole = ada.ask(Library.WHEEL).awaitEnd();
        path = "/api/chat/" + whole.run();
        first = whole.events().get(0).id();
        head = whole.lastId();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void theFirstBytesMoveTheCursorToTheBeginning() {
        assertEquals(OPENING, whole.blocks().get(0));
        assertEquals(OPENING, ada.watch(path).awaitEnd().blocks().get(0));
        assertEquals(OPENING, ada.resume(whole.run(), "0-0").awaitEnd().blocks().get(0));
    }

    @Test
    void anIdOfAnotherHistoryResetsAndReadsWhatIsKept() {
        SseEvent tenth = whole.events().get(9);
        String other = "10-" + (Long.parseLong(tenth.id().substring(3)) - 1);
        assertReset("identity", other, other);
    }

    @Test
    void anIdBeyondTheHeadResetsAndReadsWhatIsKept() {
        String next = (whole.events().size() + 1) + "-" + head.substring(head.indexOf('-') + 1);
        String last = "9223372036854775807-9223372036854775807";
        assertReset("beyond_head", next, next);
        assertReset("beyond_head", last, last);
    }

    @Test
    void anIdThatIsNoneInTheHeaderResets() {
        for (String id : List.of("7", "x", "-1-1", "01-1", "1-", "9223372036854775808-1", "1-1-1", "<script>")) {
            assertReset("malformed", id, "0-0");
        }
    }

    /** @param cursor what the first bytes name: who is cut off before the notice comes back with it and is told again */
    private static void assertReset(String reason, String requested, String cursor) {
        String json = "{\"reason\":\"" + reason + "\",\"requested\":\"" + requested + "\",\"first\":\"" + first
                + "\",\"head\":\"" + head + "\"}";
        SseStream stream = ada.resume(whole.run(), requested).awaitEnd();
        assertEquals(
                "retry: 1000\nid: " + cursor + "\n\nevent: reset\ndata: " + json + "\n\n"
                        + String.join("", whole.eventBlocks()),
                stream.wire());
        SseStream refused = ada.watch(path + "?on_gap=fail", "Last-Event-ID", requested);
        assertEquals(409, refused.status());
        assertEquals("application/problem+json", refused.header("Content-Type"));
        assertHolds(new JsonObject(json), refused.problem());
        assertEquals("reset", refused.problem().getString("code"));
    }

    private static void assertHolds(JsonObject expected, JsonObject problem) {
        expected.forEach(member -> assertEquals(member.getValue(), problem.getValue(member.getKey()), problem::encode));
        assertEquals(409, problem.getInteger("status"));
        assertTrue(problem.containsKey("type") && problem.containsKey("title") && problem.containsKey("detail"));
    }

    @Test
    void anIdThatIsNoneInTheQueryIsTheClientsMistake() {
        for (String query : List.of("last_event_id=x", "last_event_id=", "from=yesterday", "from=", "on_gap=never")) {
            SseStream refused = ada.watch(path + "?" + query);
            assertEquals(400, refused.status(), query);
            assertEquals("application/problem+json", refused.header("Content-Type"));
            assertEquals(400, refused.problem().getInteger("status"));
        }
    }

    @Test
    void aRunThatIsGoneOrNeverWasOrIsNotYoursIsNotFound() {
        SseStream erased = ada.ask(Library.SLUICE).awaitEnd();
        assertEquals(204, ada.delete("/api/chat/sessions/" + erased.session()).status());
        SseStream gone = ada.watch("/api/chat/" + erased.run(), "Last-Event-ID", "1-1");
        SseStream never = ada.watch("/api/chat/run_nothing");
        SseStream foreign = server.client("eve").watch(path);
        SseStream otherTenant = server.client("elsewhere", "ada").watch(path);
        assertEquals(404, gone.status());
        for (SseStream stream : List.of(never, foreign, otherTenant)) {
            assertEquals(404, stream.status());
            assertEquals(gone.problem(), stream.problem(), "a stranger learns nothing");
        }
    }

    @Test
    void withoutAnIdTheTokensAreMergedAndAFinishedRunEnds() {
        SseStream merged = ada.watch(path).awaitEnd();
        assertEquals(SseStream.End.CLEAN, merged.end());
        assertEquals(whole.text(), merged.text());
        assertEquals(whole.lastId(), merged.lastId());
        assertEquals(rest(whole), rest(merged), "all but the tokens is the same");
        long tokens = merged.data("token").size();
        // At most one where a citation or a step parts them, and one for each page of the log.
        assertTrue(tokens <= merged.data("citation").size() + 2, merged::wire);
    }

    private static List<SseEvent> rest(SseStream stream) {
        return stream.events().stream()
                .filter(event -> !event.type().equals("token"))
                .toList();
    }

    @Test
    void whoHasTheLastWordGetsAnImmediateEnd() {
        SseStream stream = ada.resume(whole.run(), head).awaitEnd();
        assertEquals("retry: 1000\nid: " + head + "\n\n", stream.wire());
        assertEquals(SseStream.End.CLEAN, stream.end());
    }

    /** A log of one MiB: thirty runs fill it. */
    @Test
    void anIdOlderThanWhatIsKeptIsAGapOfAnExactSize() throws Exception {
        try (Server small = Server.start(folder.resolve("small"), "--log-memory", "1")) {
            SseClient bob = small.client("bob");
            SseStream old = bob.ask(Library.WHEEL).awaitEnd();
            Extent extent = extent(small, old);
            while (extent.before().seq() == 0) {
                bob.ask(Library.WHEEL).awaitEnd();
                extent = extent(small, old);
            }
            assertEquals(1, extent.events(), "the last word is kept");
            assertEquals(
                    bob.resume(old.run(), "0-0").awaitEnd().wire(),
                    bob.watch("/api/chat/" + old.run()).awaitEnd().wire(),
                    "who names no place is told what is lost as well");
            for (int seen : new int[] {0, 1, 20}) {
                String requested =
                        seen == 0 ? "0-0" : old.events().get(seen - 1).id();
                assertGap(bob, old, requested, old.events().size() - 1 - seen);
            }
            SseStream before = bob.resume(old.run(), extent.before().toString()).awaitEnd();
            assertEquals(
                    "retry: 1000\nid: " + extent.before() + "\n\n" + last(old),
                    before.wire(),
                    "who stands right before what is kept has lost nothing");
        }
    }

    private static void assertGap(SseClient bob, SseStream old, String requested, int lost) {
        JsonObject gap = new JsonObject()
                .put("requested", requested)
                .put("first", old.lastId())
                .put("head", old.lastId())
                .put("lost", lost);
        SseStream stream = bob.resume(old.run(), requested).awaitEnd();
        String opening = "retry: 1000\nid: " + requested + "\n\n";
        assertEquals(opening + "event: gap\ndata: " + gap.encode() + "\n\n" + last(old), stream.wire());
        assertEquals(SseStream.End.CLEAN, stream.end());
        SseStream refused = bob.watch("/api/chat/" + old.run() + "?on_gap=fail", "Last-Event-ID", requested);
        assertEquals(409, refused.status());
        assertEquals("gap", refused.problem().getString("code"));
        assertHolds(gap, refused.problem());
    }

    private static String last(SseStream stream) {
        return stream.eventBlocks().get(stream.eventBlocks().size() - 1);
    }

    private static Extent extent(Server small, SseStream run) throws Exception {
        return Program.await(small.log().head(StreamName.run(run.run())));
    }
}
