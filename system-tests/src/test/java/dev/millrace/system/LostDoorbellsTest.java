package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.AgentRole;
import dev.millrace.chat.ChatRole;
import dev.millrace.events.EventsRole;
import dev.millrace.sse.SseEvent;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The bus loses doorbells at random, as it may. Readers stand on another node than the writer, so nothing but the bus and
 * the comparison with the heads in Redis can tell them of what is new.
 */
@Timeout(120)
class LostDoorbellsTest {

    /** A node compares every 3 seconds; as much again for a machine that has other things to do. */
    private static final long COMPARED_WITHIN_MILLIS = 6_000;

    private static final int EVENTS = 100;

    @TempDir
    Path folder;

    private final long seed = System.nanoTime();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger rung = new AtomicInteger();

    private Redis redis;
    private Fleet fleet;
    private Server writer;
    private SseClient reader;

    @BeforeEach
    void start() throws Exception {
        redis = Redis.start(folder);
        fleet = Fleet.over(redis, folder);
        writer = fleet.here(List.of(new EventsRole(), new AgentRole()));
        reader = fleet.here(List.of(new ChatRole(), new EventsRole())).client("ada");
    }

    @AfterEach
    void stop() throws Exception {
        System.out.println("seed " + seed + ": " + lost + " of " + rung + " doorbells were lost");
        fleet.close();
        redis.close();
    }

    /** Only doorbells: a command that is lost is told to who gave it. */
    private void lose(int percent) {
        Random random = new Random(seed);
        EventBus bus = writer.gateway().vertx().eventBus();
        bus.addOutboundInterceptor(delivery -> {
            String address = delivery.message().address();
            if (!address.startsWith("millrace.node.") && !address.startsWith("millrace.feed.")) {
                delivery.next();
                return;
            }
            rung.incrementAndGet();
            boolean loses;
            synchronized (random) {
                loses = random.nextInt(100) < percent;
            }
            if (loses) {
                lost.incrementAndGet();
            } else {
                delivery.next();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 100})
    void everyEventIsReadWithinOneComparisonOfTheLast(int percent) {
        lose(percent);
        SseClient publisher = writer.client("ada");
        List<SseStream> feeds = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            feeds.add(reader.watch("/api/events?feed=news&from=earliest").awaitOpening());
        }
        List<SseStream> runs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            SseStream run = reader.ask(Library.WHEEL);
            runs.add(run);
            runs.add(reader.resume(run.run(), "0-0"));
        }
        List<String> ids = new ArrayList<>();
        for (int n = 0; n < EVENTS; n++) {
            ids.add(publish(publisher, n));
        }
        long last = System.nanoTime();
        for (SseStream feed : feeds) {
            feed.awaitEvents(EVENTS);
            assertEquals(ids, feed.events().stream().map(SseEvent::id).toList(), "seed " + seed);
            feed.leave();
        }
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - last);
        assertTrue(took < COMPARED_WITHIN_MILLIS, () -> took + " ms after the last event, seed " + seed);
        for (SseStream run : runs) {
            assertEquals("completed", run.done().getString("status"));
            SseStream.assertWhole(run.events());
        }
        assertTrue(lost.get() > 0, "nothing was lost");
    }

    private static String publish(SseClient publisher, int n) {
        JsonObject event = new JsonObject()
                .put("specversion", "1.0")
                .put("id", "" + n)
                .put("source", "/tests")
                .put("type", "com.example.seen.v1");
        SseClient.Reply reply = publisher.post("/api/events?feed=news", "application/cloudevents+json", event);
        assertEquals(202, reply.status(), () -> reply.body().toString());
        return reply.json().getJsonArray("results").getJsonObject(0).getString("id");
    }
}
