package dev.millrace.feed;

import static dev.millrace.feed.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.event.Reading;
import dev.millrace.log.MemoryLog;
import dev.millrace.log.StreamLog;
import dev.millrace.log.Tail;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a team inside the cluster has: publish, read through a filter, commit. */
@Timeout(60)
class FeedTest {

    private Vertx vertx;
    private MemoryLog log;
    private Feed feed;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        log = new MemoryLog(vertx, System::currentTimeMillis, Map.of(), 256 << 20);
        feed = new Feeds(log).feed(new FeedName("acme", "main"));
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private void append(int count, java.util.function.IntFunction<String> type) {
        List<Event> events = new ArrayList<>();
        for (int n = 1; n <= count; n++) {
            events.add(Event.of(type.apply(n), Buffer.buffer("{\"n\":" + n + "}")));
        }
        await(log.append(feed.name().stream(), events, StreamLog.ANYWHERE));
    }

    @Test
    void what_is_published_is_read_through_a_filter_from_a_position_on() {
        append(3, n -> "a.b");
        EventId place = await(feed.extent()).head();
        CloudEvent event =
                CloudEvent.of(new JsonObject(PublishingTest.event("x").data()));
        append(1, n -> "a.b");
        Published published = await(feed.publish(event));
        Tail tail = feed.tail(place, Filter.of(List.of("com.**"), List.of()));
        Promise<Reading> first = Promise.promise();
        tail.handler(first::tryComplete);
        Entry entry = (Entry) await(first.future());
        assertEquals(published.id(), entry.id());
        assertEquals(event.data(), entry.data());
        tail.close();
    }

    @Test
    void what_does_not_pass_takes_no_demand_and_moves_the_position() {
        append(5000, n -> n % 1000 == 0 ? "a.yes" : "a.no");
        List<Long> seen = new ArrayList<>();
        Promise<Void> two = Promise.promise();
        Tail[] tail = new Tail[1];
        vertx.runOnContext(go -> {
            tail[0] = feed.tail(EventId.BEGINNING, Filter.of(List.of("a.yes"), List.of()));
            tail[0].pause();
            tail[0].handler(reading -> {
                seen.add(((Entry) reading).id().seq());
                if (seen.size() == 2) {
                    vertx.runOnContext(later -> two.complete());
                }
            });
            tail[0].fetch(2);
        });
        await(two.future());
        assertEquals(List.of(1000L, 2000L), seen);
        assertEquals(2000, tail[0].position().seq());
        tail[0].close();
    }

    @Test
    void a_reader_whose_filter_matches_nothing_is_at_the_head_all_the_same() {
        append(5000, n -> "a.no");
        Tail tail = feed.tail(EventId.BEGINNING, Filter.of(List.of("a.yes"), List.of()));
        tail.handler(reading -> {});
        eventually(() -> tail.position().seq() == 5000);
        append(1, n -> "a.no");
        eventually(() -> tail.position().seq() == 5001);
        tail.close();
    }

    private static void eventually(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "never came");
            java.util.concurrent.locks.LockSupport.parkNanos(500_000);
        }
    }

    @Test
    void a_filter_hands_on_exactly_what_passes_however_it_is_asked() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 30; round++) {
            FeedName name = new FeedName("acme", "r" + round);
            Feed each = new Feeds(log).feed(name);
            int before = 1 + random.nextInt(2000);
            List<Event> events = new ArrayList<>();
            List<String> wanted = new ArrayList<>();
            for (int n = 1; n <= before; n++) {
                boolean yes = random.nextInt(10) == 0;
                events.add(Event.of(yes ? "a.yes" : "a.no", Buffer.buffer("{\"n\":" + n + "}")));
                if (yes) {
                    wanted.add("{\"n\":" + n + "}");
                }
            }
            events.add(Event.of("a.yes", Buffer.buffer("{\"end\":true}")));
            wanted.add("{\"end\":true}");
            int half = random.nextInt(events.size());
            if (half > 0) {
                await(log.append(name.stream(), events.subList(0, half), StreamLog.ANYWHERE));
            }
            List<String> seen = new ArrayList<>();
            Promise<Void> ended = Promise.promise();
            vertx.runOnContext(go -> {
                Tail tail = each.tail(EventId.BEGINNING, Filter.of(List.of("*.yes"), List.of()));
                tail.pause();
                tail.handler(reading -> {
                    seen.add(reading.data().toString());
                    if (reading.data().toString().contains("end")) {
                        tail.close();
                        ended.complete();
                    } else if (random.nextBoolean()) {
                        vertx.runOnContext(later -> tail.fetch(1));
                    } else {
                        tail.fetch(1);
                    }
                });
                tail.fetch(1);
            });
            await(log.append(name.stream(), events.subList(half, events.size()), StreamLog.ANYWHERE));
            await(ended.future());
            assertEquals(wanted, seen, "seed " + seed + " round " + round);
        }
    }

    @Test
    void one_reader_with_a_subject_finds_it_for_the_next() {
        Entry entry = new Entry(new EventId(1, 1), "a.b", Buffer.buffer("{\"subject\":\"order/7\"}"));
        int[] found = {0};
        java.util.function.Function<Entry, Integer> finder = any -> ++found[0];
        assertEquals(1, entry.found(finder));
        assertEquals(1, entry.found(finder));
    }
}
