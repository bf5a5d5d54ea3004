package dev.millrace.feed;

import static dev.millrace.feed.Futures.await;
import static dev.millrace.feed.Futures.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.log.MemoryLog;
import dev.millrace.log.Retention;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One event is one event, whoever publishes it how often, and whoever dies of it. */
@Timeout(120)
class PublishingTest {

    private static final FeedName MAIN = new FeedName("acme", "main");

    private final AtomicLong clock = new AtomicLong(1_800_000_000_000L);
    private Vertx vertx;
    private MemoryLog log;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        log = new MemoryLog(vertx, clock::get, Map.of(), 256 << 20);
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    static CloudEvent event(String id) {
        return CloudEvent.of(new JsonObject()
                .put("specversion", "1.0")
                .put("id", id)
                .put("source", "/shop")
                .put("type", "com.example.placed")
                .put("data", new JsonObject().put("n", id)));
    }

    private Feed feed() {
        return new Feeds(log, clock::get).feed(MAIN);
    }

    private List<String> ids() {
        return ids(log);
    }

    private static List<String> ids(StreamLog log) {
        return await(log.all(MAIN.stream())).stream()
                .map(entry -> new JsonObject(entry.data()).getString("id"))
                .toList();
    }

    @Test
    void an_event_gets_a_place_and_keeps_it_when_it_comes_again() {
        Published first = await(feed().publish(event("a")));
        await(feed().publish(event("b")));
        assertEquals(new Published(first.id(), true), await(feed().publish(event("a"))));
        assertFalse(first.duplicate());
        assertEquals(1, first.id().seq());
        assertEquals(List.of("a", "b"), ids());
    }

    @Test
    void the_same_id_of_another_source_or_in_another_feed_or_tenant_is_another_event() {
        Feeds feeds = new Feeds(log);
        CloudEvent other = CloudEvent.of(new JsonObject(event("a").data()).put("source", "/other"));
        for (FeedName name : List.of(MAIN, new FeedName("acme", "other"), new FeedName("globex", "main"))) {
            assertFalse(await(feeds.feed(name).publish(event("a"))).duplicate());
        }
        assertFalse(await(feeds.feed(MAIN).publish(other)).duplicate());
        assertTrue(await(feeds.feed(MAIN).publish(event("a"))).duplicate());
    }

    @Test
    void an_event_twice_in_one_batch_is_stored_once() {
        List<Future<Published>> outcomes = feed().publish(List.of(event("a"), event("b"), event("a")));
        List<Published> published = outcomes.stream().map(Futures::await).toList();
        assertEquals(
                List.of(false, false, true),
                published.stream().map(Published::duplicate).toList());
        assertEquals(published.get(0).id(), published.get(2).id());
        assertEquals(List.of("a", "b"), ids());
    }

    @Test
    void a_day_later_the_same_event_is_a_new_one() {
        await(feed().publish(event("a")));
        clock.addAndGet(Duration.ofHours(24).toMillis() - 1);
        log.sweep();
        assertTrue(await(feed().publish(event("a"))).duplicate());
        clock.addAndGet(Duration.ofHours(24).toMillis() + 1);
        log.sweep();
        assertFalse(await(feed().publish(event("a"))).duplicate());
        assertEquals(List.of("a", "a"), ids());
    }

    @Test
    void a_batch_larger_than_an_append_keeps_its_order() {
        List<CloudEvent> events =
                IntStream.range(0, 1000).mapToObj(n -> event("e" + n)).toList();
        feed().publish(events).forEach(Futures::await);
        assertEquals(events.stream().map(CloudEvent::id).toList(), ids());
    }

    @Test
    void publishing_again_from_inside_an_answer_goes_no_deeper_each_time() {
        Feeds feeds = new Feeds(log);
        AtomicLong left = new AtomicLong(20_000);
        io.vertx.core.Promise<Void> done = io.vertx.core.Promise.promise();
        chain(feeds, left, done);
        await(done.future());
        assertEquals(20_000, await(log.head(MAIN.stream())).head().seq());
        assertEquals(0, feeds.writers());
    }

    private void chain(Feeds feeds, AtomicLong left, io.vertx.core.Promise<Void> done) {
        feeds.feed(MAIN).publish(event("e" + left.get())).onComplete(outcome -> {
            if (left.decrementAndGet() == 0) {
                done.complete();
            } else if (left.get() % 100 == 0) {
                vertx.runOnContext(soon -> chain(feeds, left, done));
            } else {
                chain(feeds, left, done);
            }
        });
    }

    @Test
    void publishers_on_many_threads_and_two_nodes_store_each_event_once() throws Exception {
        List<Feeds> nodes = List.of(new Feeds(log), new Feeds(log));
        List<Future<Published>> outcomes = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        CountDownLatch together = new CountDownLatch(1);
        for (int t = 0; t < 8; t++) {
            Feeds node = nodes.get(t % 2);
            Thread thread = new Thread(() -> {
                hold(together);
                for (int n = 0; n < 200; n++) {
                    outcomes.add(node.feed(MAIN).publish(event("e" + n)));
                }
            });
            thread.start();
            threads.add(thread);
        }
        together.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        List<Published> published = outcomes.stream().map(Futures::await).toList();
        assertEquals(200, ids().size());
        assertEquals(200, new HashSet<>(ids()).size());
        assertEquals(200, published.stream().filter(one -> !one.duplicate()).count());
        assertEquals(200, published.stream().map(Published::id).distinct().count());
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // Nodes that die

    @Test
    void a_node_that_dies_after_its_claim_and_before_its_append_leaves_the_event_to_the_next() {
        FarLog far = new FarLog(log, Runnable::run);
        far.dieAfterAppendTo(StreamName.Kind.CLAIM);
        Future<Published> never = new Feeds(far).feed(MAIN).publish(event("a"));
        assertFalse(never.isComplete());
        assertEquals(List.of(), ids());
        await(feed().publish(event("b")));
        Published next = await(feed().publish(event("a")));
        assertFalse(next.duplicate());
        assertEquals(List.of("b", "a"), ids());
    }

    @Test
    void a_node_that_dies_after_its_append_and_before_its_record_has_published() {
        FarLog far = new FarLog(log, Runnable::run);
        far.dieAfterAppendTo(StreamName.Kind.FEED);
        Future<Published> never = new Feeds(far).feed(MAIN).publish(event("a"));
        assertFalse(never.isComplete());
        await(feed().publish(event("b")));
        assertEquals(1, await(feed().publish(event("a"))).id().seq());
        assertTrue(await(feed().publish(event("a"))).duplicate());
        assertEquals(List.of("a", "b"), ids());
    }

    @Test
    void an_append_that_was_asleep_comes_too_late_once_another_took_over() {
        List<Runnable> onTheWay = new ArrayList<>();
        Future<Published> late =
                new Feeds(new FarLog(log, onTheWay::add)).feed(MAIN).publish(event("a"));
        for (int piece = 0; piece < 4; piece++) {
            onTheWay.remove(0).run(); // the head there and back, the claim there and back
        }
        assertEquals(1, onTheWay.size()); // the append
        Published other = await(feed().publish(event("a")));
        while (!onTheWay.isEmpty()) {
            onTheWay.remove(0).run();
        }
        assertEquals(new Published(other.id(), true), await(late));
        assertEquals(List.of("a"), ids());
    }

    @Test
    void who_cannot_tell_says_so_and_neither_stores_twice_nor_acknowledges() {
        MemoryLog small = new MemoryLog(
                vertx,
                clock::get,
                Map.of(StreamName.Kind.FEED, new Retention(10, 1 << 20, Duration.ofDays(7))),
                64 << 20);
        FarLog far = new FarLog(small, Runnable::run);
        far.dieAfterAppendTo(StreamName.Kind.FEED);
        new Feeds(far).feed(MAIN).publish(event("a"));
        Feed feed = new Feeds(small).feed(MAIN);
        for (int n = 0; n < 20; n++) {
            await(feed.publish(event("e" + n)));
        }
        assertEquals("event_uncertain", refused(feed.publish(event("a"))).code());
        assertFalse(ids(small).contains("a"));
    }

    @Test
    void a_log_that_is_full_refuses_and_takes_the_event_later() {
        FarLog far = new FarLog(log, new FarLog.Network() {
            private int calls;

            @Override
            public void carry(Runnable piece) {
                piece.run();
            }

            @Override
            public boolean losesCall() {
                return ++calls == 3; // the head, the claim, and now the append
            }
        });
        Feed feed = new Feeds(far).feed(MAIN);
        assertTrue(feed.publish(event("a")).failed());
        assertFalse(await(feed.publish(event("a"))).duplicate());
        assertEquals(List.of("a"), ids());
    }

    /**
     * Nodes publish the same few events over a network that delays, reorders and loses, and die in between. Whatever
     * happens: no event stands twice, what was acknowledged stands where it was said, and one publisher at most was the
     * first.
     */
    @Test
    void whatever_the_network_does_and_whoever_dies_each_event_stands_once() {
        long first = System.nanoTime();
        for (int round = 0; round < 400; round++) {
            long seed = first + round;
            try {
                chaos(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private void chaos(Random random) {
        MemoryLog truth = new MemoryLog(vertx, clock::incrementAndGet, Map.of(), 64 << 20);
        List<Runnable> under = new ArrayList<>();
        FarLog.Network network = new FarLog.Network() {
            @Override
            public void carry(Runnable piece) {
                under.add(piece);
            }

            @Override
            public boolean losesCall() {
                return random.nextInt(40) == 0;
            }

            @Override
            public boolean losesAnswer() {
                return random.nextInt(40) == 0;
            }
        };
        List<FarLog> ways = new ArrayList<>();
        List<Feeds> nodes = new ArrayList<>();
        for (int n = 0; n < 3; n++) {
            ways.add(new FarLog(truth, network));
            nodes.add(new Feeds(ways.get(n)));
        }
        Map<String, List<Future<Published>>> outcomes = new HashMap<>();
        for (int step = 0; step < 300; step++) {
            int what = random.nextInt(100);
            int n = random.nextInt(nodes.size());
            if (what < 20) {
                List<CloudEvent> batch = random.ints(1 + random.nextInt(3), 0, 6)
                        .mapToObj(id -> event("e" + id))
                        .toList();
                List<Future<Published>> published = nodes.get(n).feed(MAIN).publish(batch);
                for (int i = 0; i < batch.size(); i++) {
                    outcomes.computeIfAbsent(batch.get(i).id(), id -> new ArrayList<>())
                            .add(published.get(i));
                }
            } else if (what < 22) {
                ways.get(n).die();
                ways.set(n, new FarLog(truth, network));
                nodes.set(n, new Feeds(ways.get(n)));
            } else if (what < 24) {
                truth.append(MAIN.stream(), List.of(event("x" + step)), StreamLog.ANYWHERE);
            } else if (!under.isEmpty()) {
                under.remove(random.nextInt(under.size())).run();
            }
        }
        while (!under.isEmpty()) {
            under.remove(random.nextInt(under.size())).run();
        }
        Feed calm = new Feeds(truth).feed(MAIN);
        for (String id : outcomes.keySet()) {
            outcomes.get(id).add(calm.publish(event(id)));
        }
        judge(truth, outcomes);
    }

    private static void judge(MemoryLog truth, Map<String, List<Future<Published>>> outcomes) {
        Map<String, EventId> places = new HashMap<>();
        for (Entry entry : await(truth.all(MAIN.stream()))) {
            String id = new JsonObject(entry.data()).getString("id");
            assertEquals(null, places.put(id, entry.id()), id + " stands twice");
        }
        outcomes.forEach((id, all) -> {
            Set<EventId> said = new HashSet<>();
            all.stream()
                    .filter(Future::succeeded)
                    .forEach(one -> said.add(one.result().id()));
            assertEquals(Set.of(places.get(id)), said, id);
            long firsts = all.stream()
                    .filter(Future::succeeded)
                    .filter(one -> !one.result().duplicate())
                    .count();
            assertTrue(firsts <= 1, () -> id + " was first " + firsts + " times");
        });
    }

    @Test
    void what_waits_is_bounded() {
        FarLog nowhere = new FarLog(log, piece -> {});
        Feed feed = new Feeds(nowhere).feed(MAIN);
        String large = "x".repeat(250_000);
        List<Future<Published>> outcomes = new ArrayList<>();
        for (int n = 0; n < 200; n++) {
            outcomes.add(
                    feed.publish(CloudEvent.of(new JsonObject(event("e" + n).data()).put("data", large))));
        }
        long refused = outcomes.stream().filter(Future::failed).count();
        assertTrue(refused > 0 && refused < 200, () -> refused + " refused");
        assertEquals("feed_busy", refused(outcomes.get(199)).code());
    }

    @Test
    void a_happening_of_somebody_else_between_claim_and_append_only_costs_another_attempt() {
        int[] appends = {0};
        FarLog far = new FarLog(log, Runnable::run);
        StreamLog meddled = new FarLog(far, piece -> {
            if (appends[0]++ < 10) {
                await(log.append(
                        MAIN.stream(),
                        List.of(Event.of("a.b", event("x" + appends[0]).data())),
                        -1));
            }
            piece.run();
        });
        Published published = await(new Feeds(meddled).feed(MAIN).publish(event("a")));
        assertFalse(published.duplicate());
        assertEquals(1, ids().stream().filter("a"::equals).count());
    }
}
