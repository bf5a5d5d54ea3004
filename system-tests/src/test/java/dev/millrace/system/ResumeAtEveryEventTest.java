package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.sse.SseEvent;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ResumeAtEveryEventTest {

    private static final int AT_LEAST = 60;
    private static final JsonObject QUESTION = new JsonObject().put("message", Library.WHEEL);

    @TempDir
    static Path folder;

    private static Server server;
    private static SseClient ada;

    @BeforeAll
    static void start() throws Exception {
        server = Server.start(folder, "--token-pace", "1");
        ada = server.client("ada");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void aFinishedRunCutAtAnyEventAndResumedIsTheWholeRun() {
        SseStream whole = ada.ask(QUESTION).awaitEnd();
        int n = whole.events().size();
        assertTrue(n >= AT_LEAST, "a run of only " + n + " events");
        for (int k = 0; k <= n; k++) {
            SseStream first = SseClient.await(open(whole.run(), k, "0-0")).awaitEnd();
            SseStream second = ada.resume(whole.run(), id(first)).awaitEnd();
            assertJoined(whole, first, second, k);
        }
    }

    /** On each run a dozen readers leave, twelve events apart; the next run's readers leave one event later. */
    @Test
    void aRunGoingOnCutAtAnyEventAndResumedIsTheWholeRun() {
        int n = ada.ask(QUESTION).awaitEnd().events().size();
        int step = 12;
        TreeSet<Integer> cuts = new TreeSet<>();
        for (int offset = 0; offset < step; offset++) {
            SseStream whole = ada.ask(QUESTION);
            Map<Integer, CompletableFuture<SseStream>> firsts = new LinkedHashMap<>();
            for (int k = offset; k <= n; k += step) {
                firsts.put(k, open(whole.run(), k, "0-0"));
            }
            Map<SseStream, CompletableFuture<SseStream>> seconds = new LinkedHashMap<>();
            firsts.forEach((k, opening) -> {
                SseStream first = SseClient.await(opening).awaitEnd();
                assertEquals(k, first.events().size());
                seconds.put(first, open(whole.run(), SseStream.WHOLE, id(first)));
            });
            whole.awaitEnd();
            seconds.forEach((first, opening) -> assertJoined(
                    whole,
                    first,
                    SseClient.await(opening).awaitEnd(),
                    first.events().size()));
            cuts.addAll(firsts.keySet());
        }
        assertEquals(n + 1, cuts.size(), "every event was a cut");
    }

    @Test
    void theQuestionsOwnStreamCutAtAnyEventIsResumedToo() {
        int n = ada.ask(QUESTION).awaitEnd().events().size();
        for (int k = 1; k <= n; k += 9) {
            SseStream first = ada.askAndLeave(QUESTION, k).awaitEnd();
            SseStream second = ada.resume(first.run(), first.lastId()).awaitEnd();
            assertJoined(ada.resume(first.run(), "0-0").awaitEnd(), first, second, k);
        }
    }

    @Test
    void aReaderThatIsCutAgainAndAgainMissesNothing() {
        SseStream whole = ada.ask(QUESTION);
        List<SseEvent> events = new ArrayList<>();
        List<String> blocks = new ArrayList<>();
        String id = "0-0";
        for (boolean done = false; !done; ) {
            SseStream part = SseClient.await(open(whole.run(), 1 + events.size() % 7, id))
                    .awaitEnd();
            events.addAll(part.events());
            blocks.addAll(part.eventBlocks());
            id = events.get(events.size() - 1).id();
            done = events.get(events.size() - 1).type().equals("done");
        }
        assertEquals(whole.awaitEnd().eventBlocks(), blocks);
        assertWhole(events);
    }

    @Test
    void theQueryNamesThePlaceWhereAHeaderCannot() {
        SseStream whole = ada.ask(QUESTION).awaitEnd();
        String path = "/api/chat/" + whole.run();
        for (SseEvent event : whole.events()) {
            SseStream rest = ada.watch(path + "?last_event_id=" + event.id()).awaitEnd();
            assertEquals(after(whole, event.id()), rest.eventBlocks());
        }
        String id = whole.events().get(5).id();
        assertEquals(
                after(whole, id),
                ada.watch(path + "?last_event_id=0-0&from=latest", "Last-Event-ID", id)
                        .awaitEnd()
                        .eventBlocks(),
                "the header wins over the query");
        assertEquals(
                after(whole, id),
                ada.watch(path + "?last_event_id=" + id + "&from=earliest")
                        .awaitEnd()
                        .eventBlocks(),
                "an id wins over from");
    }

    @Test
    void fromNamesAnEndOfTheRunOrATime() {
        SseStream whole = ada.ask(QUESTION).awaitEnd();
        String path = "/api/chat/" + whole.run();
        assertEquals(
                whole.eventBlocks(),
                ada.watch(path + "?from=earliest").awaitEnd().eventBlocks());
        SseStream latest = ada.watch(path + "?from=latest").awaitEnd();
        assertEquals("retry: 1000\nid: " + whole.lastId() + "\n\n", latest.wire());
        assertEquals(SseStream.End.CLEAN, latest.end());
        for (long millis : new TreeSet<>(
                whole.events().stream().map(ResumeAtEveryEventTest::millis).toList())) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < whole.events().size(); i++) {
                if (millis(whole.events().get(i)) >= millis) {
                    expected.add(whole.eventBlocks().get(i));
                }
            }
            assertEquals(
                    expected, ada.watch(path + "?from=" + millis).awaitEnd().eventBlocks());
            String instant = java.time.Instant.ofEpochMilli(millis).toString();
            assertEquals(
                    expected, ada.watch(path + "?from=" + instant).awaitEnd().eventBlocks());
        }
    }

    @Test
    void fromLatestOnARunGoingOnIsWhatComesAfter() {
        SseStream whole = ada.ask(QUESTION).awaitEvents(10);
        SseStream latest =
                ada.watch("/api/chat/" + whole.run() + "?from=latest").awaitEnd();
        String opened = latest.blocks().get(0);
        String id = opened.substring(opened.indexOf("id: ") + 4).strip();
        assertEquals(after(whole.awaitEnd(), id), latest.eventBlocks());
    }

    private static long millis(SseEvent event) {
        return Long.parseLong(event.id().substring(event.id().indexOf('-') + 1));
    }

    private static List<String> after(SseStream whole, String id) {
        List<SseEvent> events = whole.events();
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).id().equals(id)) {
                return whole.eventBlocks().subList(i + 1, events.size());
            }
        }
        throw new AssertionError("no event " + id);
    }

    private static String id(SseStream stream) {
        return stream.events().isEmpty() ? "0-0" : stream.lastId();
    }

    private static CompletableFuture<SseStream> open(String run, int cutAfter, String id) {
        return ada.open(HttpMethod.GET, "/api/chat/" + run, null, cutAfter, "Last-Event-ID", id);
    }

    private static void assertJoined(SseStream whole, SseStream first, SseStream second, int k) {
        assertEquals(k, first.events().size());
        assertEquals(SseStream.End.CLEAN, second.end(), "cut at " + k);
        assertEquals("retry: 1000\nid: " + id(first) + "\n\n", second.blocks().get(0));
        List<String> blocks = new ArrayList<>(first.eventBlocks());
        blocks.addAll(second.eventBlocks());
        assertEquals(whole.eventBlocks(), blocks, "cut at " + k);
        List<SseEvent> events = new ArrayList<>(first.events());
        events.addAll(second.events());
        assertWhole(events);
    }

    private static void assertWhole(List<SseEvent> events) {
        assertEquals(
                LongStream.rangeClosed(1, events.size()).boxed().toList(), SseStream.seqs(events), "each seq once");
        String text = SseStream.appended(events);
        assertEquals(text, SseStream.placed(events));
        JsonObject done = SseStream.data(events, "done").get(0);
        assertTrue(SseStream.matches(done, text), () -> done + " for " + text);
    }
}
