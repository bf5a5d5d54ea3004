package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.sse.SseEvent;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Redis goes away while a run streams, and comes back: its readers are told, and then get everything once. */
@Timeout(120)
class RedisOutageTest {

    /** Byte for byte: in no log, so without an id. */
    private static final String WARNING = "event: warning\ndata: {\"code\":\"log_unavailable\",\"message\":"
            + "\"The log cannot be reached; this stream goes on when it is back.\"}\n\n";

    @TempDir
    Path folder;

    private Redis redis;
    private Server server;
    private SseClient ada;

    @BeforeEach
    void start() throws Exception {
        redis = Redis.start(folder, Redis.DURABLE);
        server = Server.start(folder, "--redis", redis.url(), "--token-pace", "10");
        ada = server.client("ada");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        redis.close();
    }

    /** What happens to Redis. */
    @FunctionalInterface
    private interface Turn {
        void turn() throws Exception;
    }

    @Test
    void aRedisThatIsKilledAndStartedAgainCostsAWarningAndNoEvent() throws Exception {
        isToldAndLosesNothing(redis::kill, redis::startAgain);
    }

    @Test
    void aRedisThatIsFrozenAndThawedCostsAWarningAndNoEvent() throws Exception {
        isToldAndLosesNothing(redis::freeze, redis::thaw);
    }

    private void isToldAndLosesNothing(Turn away, Turn back) throws Exception {
        SseStream feed = ada.watch(SseStream.WHOLE, "/api/events?from=earliest", "Accept", "text/event-stream")
                .awaitOpening();
        SseStream own = ada.ask(Library.WHEEL).awaitEvents(10);
        SseStream viewer = ada.resume(own.run(), "0-0").awaitEvents(10);
        away.turn();
        for (SseStream reader : List.of(own, viewer, feed)) {
            reader.awaitEvent(RedisOutageTest::isWarning);
            assertTrue(!reader.isOver(), reader::wire);
        }
        back.turn();
        for (SseStream reader : List.of(own, viewer)) {
            JsonObject done = reader.done();
            assertEquals("completed", done.getString("status"));
            assertEquals(SseStream.End.CLEAN, reader.end());
            assertTrue(SseStream.matches(done, reader.text()), reader::wire);
            assertToldOnceAndWhole(reader);
        }
        SseStream later = ada.resume(own.run(), "0-0").awaitEnd();
        assertEquals(later.eventBlocks(), withoutWarning(own), "what was seen is what is in the log");
        feed.awaitEvent(event -> event.type().equals("dev.millrace.run.completed.v1"));
        assertToldOnceAndWhole(feed);
        feed.leave();
    }

    private static boolean isWarning(SseEvent event) {
        return event.type().equals("warning") && event.data().contains("log_unavailable");
    }

    private static List<String> withoutWarning(SseStream reader) {
        return reader.eventBlocks().stream()
                .filter(block -> !block.equals(WARNING))
                .toList();
    }

    private static void assertToldOnceAndWhole(SseStream reader) {
        List<SseEvent> events =
                reader.events().stream().filter(event -> !isWarning(event)).toList();
        assertEquals(events.size() + 1, reader.events().size(), "told once");
        assertEquals(events.size(), withoutWarning(reader).size());
        assertEquals(
                LongStream.rangeClosed(1, events.size()).boxed().toList(), SseStream.seqs(events), "each seq once");
    }
}
