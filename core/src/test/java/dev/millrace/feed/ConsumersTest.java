package dev.millrace.feed;

import static dev.millrace.feed.Futures.await;
import static dev.millrace.feed.Futures.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.log.MemoryLog;
import dev.millrace.log.Retention;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConsumersTest {

    private static final FeedName MAIN = new FeedName("acme", "main");

    private final AtomicLong clock = new AtomicLong(1_800_000_000_000L);
    private Vertx vertx;
    private MemoryLog log;
    private Consumers consumers;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        log = new MemoryLog(
                vertx,
                clock::get,
                Map.of(StreamName.Kind.FEED, new Retention(100, 1 << 20, Duration.ofDays(60))),
                64 << 20);
        consumers = new Feeds(log, clock::get).consumers();
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private List<EventId> append(int count) {
        List<EventId> ids = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            ids.add(await(log.append(MAIN.stream(), List.of(Event.of("a.b", Buffer.buffer("{}"))), StreamLog.ANYWHERE))
                    .last());
            clock.addAndGet(1000);
        }
        return ids;
    }

    private Future<Commit> commit(String consumer, EventId id, boolean rewind) {
        return consumers.commit(new Commit("main", consumer, id, "ann", 0), "acme", rewind);
    }

    @Test
    void a_commit_is_remembered_with_who_and_when() {
        EventId id = append(3).get(1);
        Commit stored = await(commit("billing", id, false));
        assertEquals(new Commit("main", "billing", id, "ann", clock.get()), stored);
        assertEquals(Optional.of(stored), await(consumers.committed(MAIN, "billing")));
        assertEquals(Optional.empty(), await(consumers.committed(MAIN, "other")));
        assertEquals(Optional.empty(), await(consumers.committed(new FeedName("acme", "x"), "billing")));
        assertEquals(Optional.empty(), await(consumers.committed(new FeedName("globex", "main"), "billing")));
    }

    @Test
    void it_goes_forward_and_back_only_on_purpose() {
        List<EventId> ids = append(3);
        await(commit("billing", ids.get(1), false));
        await(commit("billing", ids.get(1), false));
        assertEquals(
                "commit_stale", refused(commit("billing", ids.get(0), false)).code());
        assertEquals(
                ids.get(1).toString(),
                refused(commit("billing", ids.get(0), false)).more().getString("committed"));
        await(commit("billing", ids.get(2), false));
        await(commit("billing", EventId.BEGINNING, true));
        assertEquals(
                EventId.BEGINNING,
                await(consumers.committed(MAIN, "billing")).orElseThrow().id());
    }

    @Test
    void what_is_not_in_the_feed_is_not_committed() {
        List<EventId> ids = append(3);
        EventId head = ids.get(2);
        assertEquals(
                "commit_beyond_head",
                refused(commit("b", new EventId(4, head.millis()), false)).code());
        assertEquals(
                "commit_foreign", refused(commit("b", new EventId(2, 5), false)).code());
        assertEquals("bad_parameter", refused(commit("B/", head, false)).code());
        assertEquals(List.of(), await(consumers.list("acme")));
    }

    @Test
    void the_lag_says_how_many_events_and_for_how_long() {
        List<EventId> ids = append(5); // one a second
        await(commit("a", ids.get(4), false));
        await(commit("b", ids.get(1), false));
        await(commit("c", EventId.BEGINNING, false));
        clock.addAndGet(500);
        assertEquals(
                List.of("a 0 0", "b 3 3500", "c 5 5500"),
                await(consumers.list("acme")).stream()
                        .map(lag -> lag.commit().consumer() + " " + lag.events() + " " + lag.millis())
                        .toList());
        assertTrue(await(consumers.list("acme")).stream()
                .allMatch(lag -> lag.head().equals(ids.get(4))));
    }

    @Test
    void events_that_are_no_longer_kept_count_as_behind() {
        List<EventId> ids = append(150);
        await(commit("a", ids.get(9), false));
        Lag lag = await(consumers.list("acme")).get(0);
        assertEquals(140, lag.events());
        assertEquals(clock.get() - ids.get(50).millis(), lag.millis());
    }

    @Test
    void a_consumer_of_what_the_log_lost_has_no_lag_and_may_go_on() {
        List<EventId> ids = append(5);
        await(commit("a", ids.get(4), false));
        await(log.expire(MAIN.stream(), Duration.ZERO));
        EventId anew = append(2).get(0);
        Lag lag = await(consumers.list("acme")).get(0);
        assertNull(lag.events());
        assertNull(lag.millis());
        await(commit("a", anew, false));
        assertEquals(1, await(consumers.list("acme")).get(0).events());
    }

    @Test
    void tenants_do_not_see_each_others() {
        EventId id = append(1).get(0);
        await(commit("a", id, false));
        assertEquals(List.of(), await(consumers.list("globex")));
    }

    @Test
    void a_consumer_is_forgotten_when_asked_to_or_after_thirty_days() {
        EventId id = append(1).get(0);
        await(commit("a", id, false));
        await(commit("b", id, false));
        assertTrue(await(consumers.forget(MAIN, "a")));
        assertFalse(await(consumers.forget(MAIN, "a")));
        assertEquals(1, await(consumers.list("acme")).size());
        for (int day = 0; day < 40; day++) {
            clock.addAndGet(Duration.ofDays(1).toMillis());
            await(commit("c", id, false));
            log.sweep();
        }
        assertEquals(
                List.of("c"),
                await(consumers.list("acme")).stream()
                        .map(lag -> lag.commit().consumer())
                        .toList());
    }

    @Test
    void commits_at_once_end_with_the_newest() {
        List<EventId> ids = append(50);
        List<Future<Commit>> all =
                ids.stream().map(id -> commit("a", id, false)).toList();
        await(Future.join(all).otherwiseEmpty());
        assertEquals(
                ids.get(49), await(consumers.committed(MAIN, "a")).orElseThrow().id());
    }

    @Test
    void two_nodes_that_enlist_at_once_lose_none() {
        EventId id = append(1).get(0);
        List<Runnable> under = new ArrayList<>();
        List<Future<Commit>> all = new ArrayList<>();
        for (int node = 0; node < 5; node++) {
            Consumers other = new Feeds(new FarLog(log, under::add), clock::get).consumers();
            all.add(other.commit(new Commit("main", "c" + node, id, "ann", 0), "acme", false));
        }
        while (!under.isEmpty()) {
            under.remove(0).run();
        }
        all.forEach(Futures::await);
        assertEquals(5, await(consumers.list("acme")).size());
    }

    @Test
    void a_tenant_has_so_many_consumers_and_the_forgotten_do_not_count() {
        EventId id = append(1).get(0);
        for (int n = 0; n < Consumers.MAX_CONSUMERS; n++) {
            await(commit("c" + n, id, false));
        }
        assertEquals(
                "too_many_consumers", refused(commit("one-more", id, false)).code());
        await(consumers.forget(MAIN, "c7"));
        await(commit("one-more", id, false));
        assertEquals(Consumers.MAX_CONSUMERS, await(consumers.list("acme")).size());
    }
}
