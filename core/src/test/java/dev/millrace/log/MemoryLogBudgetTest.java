package dev.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.Encoding;
import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the memory log weighs, and who goes first when it weighs too much. */
@Timeout(60)
class MemoryLogBudgetTest {

    private static final long BUDGET = 1 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong clock = new AtomicLong(1000);
    private final MemoryLog log = new MemoryLog(vertx, clock::get, Map.of(), BUDGET);

    private final StreamName active = StreamName.run("active");

    @AfterEach
    void closeVertx() {
        await(vertx.close());
    }

    @Test
    void the_log_weighs_what_its_streams_weigh_and_nothing_when_they_are_gone() {
        fill(active, 10, 100);
        fill(StreamName.feed("t", "f"), 5, 10);
        assertEquals(10 * (200 + 160) + 400 + 5 * (20 + 160) + 400, log.weight());
        assertEquals(2, log.streams());
        await(log.expire(active, Duration.ZERO));
        await(log.expire(active, Duration.ZERO));
        assertEquals(5 * (20 + 160) + 400, log.weight());
        clock.addAndGet(Duration.ofDays(8).toMillis());
        log.sweep();
        log.sweep();
        assertEquals(0, log.weight());
        assertEquals(0, log.streams());
    }

    @Test
    void a_refused_append_weighs_nothing() {
        Future<Appended> refused = log.append(active, List.of(event(100)), 7);
        assertInstanceOf(Conflict.class, refused.cause());
        assertEquals(0, log.weight());
        assertEquals(0, log.streams());
    }

    @Test
    void finished_runs_shrink_to_their_last_word_the_longest_quiet_first() {
        StreamName older = finishedRun("older", 300_000);
        StreamName newer = finishedRun("newer", 300_000);
        fill(active, 1, 460_000 / 2);
        push(active);
        assertEquals(1, events(older), "the older goes");
        assertEquals(4, events(newer), "the newer may stay");
        assertTrue(log.weight() <= BUDGET);

        Reader late = new Reader(log.tail(older, EventId.BEGINNING));
        List<String> told = await(late.ended());
        assertEquals(2, told.size());
        assertTrue(told.get(0).startsWith("gap {\"requested\":\"0-0\",\"first\":\"4-")
                && told.get(0).endsWith("\"lost\":3}"));
        assertEquals("4 {}", told.get(1));
    }

    @Test
    void then_goes_what_is_left_of_finished_runs_that_nobody_reads() {
        StreamName finished = finishedRun("finished", 1000);
        StreamName read = finishedRun("read", 1000);
        StreamName claim = StreamName.claim("key");
        fill(claim, 1, 10);
        StreamName feed = StreamName.feed("t", "f");
        fill(feed, 10, 10);
        Reader paused = new Reader(log.tail(read, EventId.BEGINNING).pause());
        fill(active, 1, (int) (BUDGET * 9 / 20));
        fill(active, 1, 50_000);
        push(active);
        assertEquals(Extent.EMPTY, await(log.head(finished)));
        assertEquals(Extent.EMPTY, await(log.head(claim)));
        assertEquals(1, events(feed), "feeds were halved, and still the reader has its last word");
        paused.tail.resume();
        List<String> told = await(paused.ended());
        assertTrue(told.get(0).startsWith("gap "), told::toString);
        assertEquals("4 {}", told.get(1));
        fill(active, 1, (int) (BUDGET - log.weight() - 160) / 2 + 100);
        push(active);
        assertEquals(Extent.EMPTY, await(log.head(read)), "nobody reads it any more");
        assertEquals(0, log.windows());
    }

    @Test
    void then_feeds_are_halved_as_often_as_it_takes_before_any_conversation_goes() {
        StreamName feed = StreamName.feed("t", "f");
        StreamName session = StreamName.session("s");
        fill(session, 4, 100);
        fill(feed, 64, 7_000);
        int before = (int) events(feed);
        fill(active, 1, 80_000);
        push(active);
        assertEquals(before / 2, events(feed), "half is enough");
        assertEquals(4, events(session));
        fill(active, 1, 350_000);
        push(active);
        assertTrue(events(feed) <= before / 8, "half of it again and again");
        assertTrue(events(feed) >= 1);
        assertEquals(4, events(session), "while there is a feed to halve, no conversation goes");
    }

    @Test
    void then_conversations_go_and_who_reads_one_hears_that_it_is_gone() {
        StreamName old = StreamName.session("old");
        StreamName young = StreamName.session("young");
        fill(old, 4, 50_000);
        Reader reader = new Reader(log.tail(old, EventId.BEGINNING));
        fill(young, 4, 100);
        fill(active, 1, 340_000);
        push(active);
        assertEquals(Extent.EMPTY, await(log.head(old)));
        assertEquals(4, events(young), "the longest quiet first, and no more than it takes");
        assertInstanceOf(StreamGone.class, await(reader.failed()));
    }

    @Test
    void lists_of_conversations_go_last_and_only_when_there_is_no_conversation_left() {
        StreamName old = StreamName.shelf("old");
        StreamName young = StreamName.shelf("young");
        StreamName session = StreamName.session("s");
        fill(old, 4, 50_000);
        fill(young, 4, 100);
        fill(session, 4, 100);
        fill(active, 1, 340_000);
        push(active);
        assertEquals(Extent.EMPTY, await(log.head(session)));
        assertEquals(Extent.EMPTY, await(log.head(old)));
        assertEquals(4, events(young), "the longest quiet first, and no more than it takes");
    }

    @Test
    void a_run_that_is_not_finished_is_never_touched_and_the_log_says_that_it_is_full() {
        fill(active, 9, 60_000);
        StreamName other = StreamName.run("other");
        Future<Appended> refused = log.append(other, List.of(event(1)), StreamLog.ANYWHERE);
        assertInstanceOf(LogFull.class, refused.cause());
        assertEquals(9, events(active));
        assertEquals(1, log.streams());
        assertThrows(LogFull.class, () -> await(log.append(active, List.of(event(1)), 9)));
    }

    @Test
    void a_full_log_still_takes_a_last_word_and_then_has_room_again() {
        fill(active, 9, 60_000);
        assertEquals(
                10,
                await(log.append(active, List.of(StreamLogContract.done()), 9))
                        .last()
                        .seq());
        StreamName other = StreamName.run("other");
        assertEquals(1, await(log.append(other, List.of(event(1)), 0)).last().seq());
        assertEquals(1, events(active), "the finished run made room");
        assertTrue(log.weight() < BUDGET);
    }

    @Test
    void weight_and_streams_are_back_to_nothing_after_any_mixture() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        StreamName[] names = {
            StreamName.run("a"), StreamName.run("b"), StreamName.session("c"), StreamName.feed("t", "d"),
            StreamName.claim("e"), StreamName.feed("t", "f"), StreamName.run("g"), StreamName.session("h")
        };
        Retention tight = new Retention(20, 1 << 20, Duration.ofMillis(400));
        MemoryLog mixed = new MemoryLog(
                vertx, clock::get, Map.of(StreamName.Kind.FEED, tight, StreamName.Kind.RUN, tight), BUDGET);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 6; t++) {
            Random own = new Random(random.nextLong());
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 6000; i++) {
                    StreamName name = names[own.nextInt(names.length)];
                    switch (own.nextInt(12)) {
                        case 0 -> mixed.expire(name, Duration.ZERO);
                        case 1 -> mixed.expire(name, Duration.ofMillis(own.nextInt(50)));
                        case 2, 3 -> mixed.sweep();
                        case 4 -> mixed.append(name, List.of(StreamLogContract.done()), StreamLog.ANYWHERE);
                        case 5 -> mixed.append(name, List.of(event(1)), own.nextInt(3));
                        case 6 -> clock.addAndGet(own.nextInt(20));
                        case 7 -> mixed.append(name, List.of(event(40_000)), StreamLog.ANYWHERE);
                        default -> mixed.append(name, List.of(event(own.nextInt(900)), event(5)), StreamLog.ANYWHERE);
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long sum = 0;
        for (StreamName name : names) {
            Extent extent = await(mixed.head(name));
            sum += extent.events() == 0 ? 0 : extent.bytes() + 400;
        }
        assertEquals(sum, mixed.weight(), () -> "seed " + seed);
        for (StreamName name : names) {
            await(mixed.expire(name, Duration.ZERO));
        }
        assertEquals(0, mixed.weight(), () -> "seed " + seed);
        assertEquals(0, mixed.streams(), () -> "seed " + seed);
    }

    @Test
    void a_sweep_that_comes_too_late_for_a_stream_does_not_take_its_weight_off_twice() throws Exception {
        // The sweep waits for the stream's lock while the holder erases it, with something in it that has grown old.
        StreamName feed = StreamName.feed("t", "f");
        fill(feed, 1, 100);
        clock.addAndGet(Duration.ofDays(7).minusSeconds(1).toMillis());
        fill(feed, 1, 100);
        clock.addAndGet(Duration.ofSeconds(2).toMillis());
        Thread sweeper = new Thread(log::sweep);
        Event holder = new Event() {
            @Override
            public String type() {
                return "tick";
            }

            @Override
            public Buffer data() { // read under the stream's lock
                sweeper.start();
                while (sweeper.getState() != Thread.State.BLOCKED) {
                    Thread.onSpinWait();
                }
                log.expire(feed, Duration.ZERO);
                throw new IllegalStateException("on purpose");
            }
        };
        assertTrue(log.append(feed, List.of(holder), StreamLog.ANYWHERE).failed());
        sweeper.join();
        assertEquals(0, log.weight());
        assertEquals(0, log.streams());
    }

    @Test
    void a_clock_set_back_does_not_put_an_event_before_its_elder() {
        EventId first = await(log.append(active, List.of(event(1)), 0)).last();
        clock.set(500);
        assertEquals(
                new EventId(2, first.millis()),
                await(log.append(active, List.of(event(1)), 1)).last());
    }

    @Test
    void ten_thousand_readers_of_one_stream_write_the_same_bytes() {
        int readers = 10_000;
        Encoding wire = reading -> Buffer.buffer("id: " + reading.id() + "\ndata: " + reading.data() + "\n\n");
        Set<Buffer> frames = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
        List<Future<Void>> ends = Collections.synchronizedList(new ArrayList<>());
        List<Future<Void>> opened = new ArrayList<>();
        List<Context> loops = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            loops.add(((io.vertx.core.internal.VertxInternal) vertx).createEventLoopContext());
        }
        for (Context loop : loops) {
            Promise<Void> done = Promise.promise();
            loop.runOnContext(go -> {
                for (int i = 0; i < readers / 4; i++) {
                    Promise<Void> end = Promise.promise();
                    ends.add(end.future());
                    Tail tail = log.tail(active, EventId.BEGINNING);
                    tail.endHandler(end::complete);
                    tail.exceptionHandler(end::tryFail);
                    tail.handler(reading -> frames.add(((Entry) reading).as(wire)));
                }
                done.complete();
            });
            opened.add(done.future());
        }
        await(Future.all(opened));
        assertEquals(readers, log.readers(active));
        assertEquals(1, log.windows());
        fill(active, 5, 20);
        await(log.append(active, List.of(StreamLogContract.done()), 5));
        await(Future.all(List.copyOf(ends)));
        // Two loops that ask at once may both encode; ten thousand readers may not.
        assertTrue(frames.size() <= 6 * loops.size(), () -> frames.size() + " frames for six events");
        assertEquals(0, log.tails());
        assertEquals(0, log.windows());
    }

    @Test
    void readers_on_one_loop_share_one_frame_for_each_event() {
        Encoding wire = reading -> Buffer.buffer("data: " + reading.data() + "\n\n");
        Set<Buffer> frames = Collections.newSetFromMap(new IdentityHashMap<>());
        Promise<Void> all = Promise.promise();
        vertx.getOrCreateContext().runOnContext(go -> {
            int[] left = {10_000};
            for (int i = 0; i < 10_000; i++) {
                Tail tail = log.tail(active, EventId.BEGINNING);
                tail.handler(reading -> frames.add(((Entry) reading).as(wire)));
                tail.endHandler(end -> {
                    if (--left[0] == 0) {
                        all.complete();
                    }
                });
            }
            log.append(active, List.of(event(20), event(30), StreamLogContract.done()), 0);
        });
        await(all.future());
        assertEquals(3, frames.size());
        assertEquals(0, log.tails());
    }

    private StreamName finishedRun(String id, int weight) {
        StreamName run = StreamName.run(id);
        fill(run, 3, weight / 6);
        await(log.append(run, List.of(Event.of(Entry.LAST_WORD, Buffer.buffer("{}"))), 3));
        return run;
    }

    private void fill(StreamName stream, int events, int bytes) {
        for (int i = 0; i < events; i++) {
            clock.incrementAndGet();
            await(log.append(stream, List.of(event(bytes)), StreamLog.ANYWHERE));
        }
    }

    /** Makes the log look at its budget: it does so before it stores. */
    private void push(StreamName stream) {
        assertTrue(log.weight() > BUDGET, () -> "not full: " + log.weight());
        fill(stream, 1, 1);
    }

    private long events(StreamName stream) {
        return await(log.head(stream)).events();
    }

    private static Event event(int bytes) {
        return Event.of("tick", Buffer.buffer(new byte[bytes]));
    }

    private static <T> T await(Future<T> future) {
        return StreamLogContract.await(future);
    }
}
