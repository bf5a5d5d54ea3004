package dev.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.event.Notice;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every log does, whatever it is made of. The limit is for a log that hangs; nothing here measures time. */
@Timeout(60)
public abstract class StreamLogContract {

    /** Of feeds, which the tests make small; runs and sessions keep all that a test writes. */
    static final Retention SMALL = new Retention(100, 64 << 10, Duration.ofHours(1));

    /** More than any window of recent entries holds. */
    private static final int FAR = 3000;

    protected Vertx vertx;
    protected StreamLog log;
    protected StreamName run;
    protected StreamName feed;

    /** A log without anything of this test in it. */
    protected abstract StreamLog open(Vertx vertx, Map<StreamName.Kind, Retention> retention);

    /** Lets the log's clock go on, and lets the log drop what is too old by then. */
    protected abstract void pass(Duration time);

    @BeforeEach
    void openLog() {
        vertx = Vertx.vertx();
        log = open(vertx, Map.of(StreamName.Kind.FEED, SMALL));
        String name = UUID.randomUUID().toString();
        run = StreamName.run(name);
        feed = StreamName.feed("tenant", name);
    }

    @AfterEach
    void closeVertx() {
        await(vertx.close());
    }

    // Appending

    @Test
    void events_are_numbered_from_one_without_a_hole() {
        Appended first = append(run, 1, 2, 3);
        Appended second = append(run, 4);
        assertEquals(EventId.BEGINNING, first.previous());
        assertEquals(3, first.last().seq());
        assertEquals(first.last(), second.previous());
        assertEquals(4, second.last().seq());
        assertEquals(List.of(1L, 2L, 3L), first.ids().stream().map(EventId::seq).toList());
        List<EventId> ids = new ArrayList<>(first.ids());
        ids.addAll(second.ids());
        assertEquals(
                ids,
                read(run, EventId.BEGINNING, 10).entries().stream()
                        .map(Entry::id)
                        .toList());
    }

    @Test
    void what_was_appended_is_read_back_byte_for_byte() {
        String data = "{\"text\":\"naïve \\n 👋 \\u0000\"}";
        await(log.append(run, List.of(Event.of("a.b.c", Buffer.buffer(data))), 0));
        Entry entry = read(run, EventId.BEGINNING, 1).entries().get(0);
        assertEquals("a.b.c", entry.type());
        assertEquals(data, entry.data().toString());
    }

    @Test
    void one_append_has_one_instant_and_a_later_one_a_later() {
        Appended first = append(run, 1, 2);
        pass(Duration.ofSeconds(5));
        Appended second = append(run, 3);
        assertEquals(first.last().millis(), first.ids().get(0).millis());
        assertTrue(second.last().millis() >= first.last().millis() + 5000);
    }

    @Test
    void an_expected_seq_that_is_the_head_is_accepted() {
        assertEquals(1, await(log.append(run, ticks(1), 0)).last().seq());
        assertEquals(3, await(log.append(run, ticks(2, 3), 1)).last().seq());
    }

    @Test
    void an_expected_seq_that_is_not_the_head_is_refused_with_the_head_and_nothing_is_stored() {
        Appended stored = append(run, 1, 2);
        for (long wrong : new long[] {0, 1, 3, Long.MAX_VALUE}) {
            Conflict conflict = assertThrows(Conflict.class, () -> await(log.append(run, ticks(3), wrong)));
            assertEquals(stored.last(), conflict.head());
        }
        assertEquals(2, read(run, EventId.BEGINNING, 10).entries().size());
        assertEquals(3, append(run, 3).last().seq());
    }

    @Test
    void a_refused_first_append_leaves_no_stream_behind_and_no_news_for_who_waits_for_it() {
        Reader waiting = new Reader(log.tail(run, EventId.BEGINNING));
        Conflict conflict = assertThrows(Conflict.class, () -> await(log.append(run, ticks(1), 5)));
        assertEquals(EventId.BEGINNING, conflict.head());
        assertEquals(Extent.EMPTY, await(log.head(run)));
        append(run, 1);
        assertEquals(List.of("1 {\"n\":1}"), await(waiting.has(1)));
        assertFalse(waiting.failed().isComplete());
        waiting.tail.close();
    }

    @Test
    void of_many_writers_that_expect_the_same_seq_exactly_one_wins() {
        for (int round = 0; round < 20; round++) {
            long expected = round;
            List<Future<Appended>> race = new ArrayList<>();
            for (int writer = 0; writer < 8; writer++) {
                int n = writer;
                Context context = writerContext();
                Promise<Appended> outcome = Promise.promise();
                context.runOnContext(go -> log.append(run, ticks(n), expected).onComplete(outcome));
                race.add(outcome.future());
            }
            Future.join(race).otherwiseEmpty().await();
            assertEquals(1, race.stream().filter(Future::succeeded).count());
            race.stream()
                    .filter(Future::failed)
                    .forEach(lost -> assertEquals(
                            expected + 1,
                            assertInstanceOf(Conflict.class, lost.cause())
                                    .head()
                                    .seq()));
        }
        assertEquals(20, await(log.head(run)).head().seq());
    }

    @Test
    void writers_that_do_not_care_for_the_place_all_get_one_of_their_own() {
        List<Future<Appended>> all = new ArrayList<>();
        for (int writer = 0; writer < 8; writer++) {
            Context context = writerContext();
            for (int i = 0; i < 10; i++) {
                Promise<Appended> outcome = Promise.promise();
                context.runOnContext(
                        go -> log.append(run, ticks(1, 2), StreamLog.ANYWHERE).onComplete(outcome));
                all.add(outcome.future());
            }
        }
        await(Future.all(all));
        assertEquals(
                LongStream.rangeClosed(1, 160).boxed().toList(),
                all.stream()
                        .flatMap(done -> done.result().ids().stream())
                        .map(EventId::seq)
                        .sorted()
                        .toList());
    }

    @Test
    void nothing_follows_the_last_word() {
        append(run, 1);
        Appended last = await(log.append(run, List.of(tick(2), done()), 1));
        for (long expected : new long[] {3, StreamLog.ANYWHERE}) {
            Conflict conflict = assertThrows(Conflict.class, () -> await(log.append(run, ticks(4), expected)));
            assertEquals(last.last(), conflict.head());
        }
        Extent extent = await(log.head(run));
        assertTrue(extent.closed());
        assertEquals(last.last(), extent.head());
    }

    @Test
    void an_append_that_goes_on_behind_the_last_word_is_refused_whole() {
        append(run, 1);
        assertThrows(IllegalArgumentException.class, () -> await(log.append(run, List.of(done(), tick(3)), 1)));
        assertEquals(1, await(log.head(run)).head().seq());
    }

    @Test
    void an_event_that_cannot_be_written_fails_its_append_and_leaves_nothing() {
        Event broken = new Event() {
            @Override
            public String type() {
                return "tick";
            }

            @Override
            public Buffer data() {
                throw new IllegalStateException("no JSON for this");
            }
        };
        Future<Appended> append = log.append(run, List.of(tick(1), broken), 0);
        assertThrows(IllegalStateException.class, () -> await(append));
        assertEquals(Extent.EMPTY, await(log.head(run)));
        assertEquals(1, append(run, 1).last().seq());
    }

    // Reading

    @Test
    void reading_begins_right_after_the_id() {
        List<EventId> ids = append(run, 1, 2, 3, 4).ids();
        Page page = read(run, ids.get(1), 10);
        assertEquals(Page.Standing.EXACT, page.standing());
        assertEquals(List.of("3 {\"n\":3}", "4 {\"n\":4}"), texts(page));
        assertTrue(page.notice(ids.get(1)).isEmpty());
        assertEquals(List.of(), texts(read(run, ids.get(3), 10)));
    }

    @Test
    void reading_stops_at_the_limit() {
        List<EventId> ids = append(run, 1, 2, 3, 4).ids();
        assertEquals(List.of("1 {\"n\":1}", "2 {\"n\":2}"), texts(read(run, EventId.BEGINNING, 2)));
        assertEquals(List.of("4 {\"n\":4}"), texts(read(run, ids.get(2), 2)));
        assertEquals(3, read(run, ids.get(0), Integer.MAX_VALUE).entries().size());
    }

    @Test
    void a_stream_that_does_not_exist_reads_as_empty() {
        Page page = read(run, EventId.BEGINNING, 10);
        assertEquals(new Page(Page.Standing.EXACT, Extent.EMPTY, List.of()), page);
        assertEquals(Extent.EMPTY, await(log.head(run)));
        assertEquals(EventId.BEGINNING, await(log.locate(run, 0)));
        await(log.expire(run, Duration.ZERO));
        assertEquals(0, log.readers(run));
    }

    @Test
    void a_place_in_a_stream_that_does_not_exist_is_beyond_it() {
        EventId requested = new EventId(7, 70);
        Page page = read(run, requested, 10);
        assertEquals(Page.Standing.BEYOND, page.standing());
        assertEquals(
                "{\"reason\":\"beyond_head\",\"requested\":\"7-70\",\"first\":\"0-0\",\"head\":\"0-0\"}",
                notice(page, requested, Notice.RESET));
    }

    @Test
    void a_reader_older_than_what_is_kept_is_told_exactly_how_much_it_lost() {
        List<EventId> ids =
                append(feed, IntStream.rangeClosed(1, 150).toArray()).ids();
        EventId requested = ids.get(9);
        Page page = read(feed, requested, 1);
        assertEquals(Page.Standing.BEHIND, page.standing());
        assertEquals(
                "{\"requested\":\"" + requested + "\",\"first\":\"" + ids.get(50) + "\",\"head\":\"" + ids.get(149)
                        + "\",\"lost\":40}",
                notice(page, requested, Notice.GAP));
        assertEquals(List.of("51 {\"n\":51}"), texts(page));
    }

    @Test
    void the_last_event_that_is_no_longer_kept_is_still_a_place_without_loss() {
        List<EventId> ids =
                append(feed, IntStream.rangeClosed(1, 150).toArray()).ids();
        Page page = read(feed, ids.get(49), 1);
        assertEquals(Page.Standing.EXACT, page.standing());
        assertEquals(List.of("51 {\"n\":51}"), texts(page));
    }

    @Test
    void a_reader_of_another_event_in_the_same_place_is_foreign() {
        List<EventId> ids = append(run, 1, 2, 3).ids();
        EventId requested = new EventId(2, ids.get(1).millis() + 1);
        Page page = read(run, requested, 10);
        assertEquals(Page.Standing.FOREIGN, page.standing());
        assertEquals(
                "{\"reason\":\"identity\",\"requested\":\"" + requested + "\",\"first\":\"" + ids.get(0)
                        + "\",\"head\":\"" + ids.get(2) + "\"}",
                notice(page, requested, Notice.RESET));
        assertEquals(List.of("1 {\"n\":1}", "2 {\"n\":2}", "3 {\"n\":3}"), texts(page));
    }

    @Test
    void a_reader_that_saw_more_than_there_is_stands_beyond() {
        List<EventId> ids = append(run, 1, 2, 3).ids();
        EventId requested = new EventId(4, ids.get(2).millis());
        Page page = read(run, requested, 10);
        assertEquals(Page.Standing.BEYOND, page.standing());
        assertEquals(
                "{\"reason\":\"beyond_head\",\"requested\":\"" + requested + "\",\"first\":\"" + ids.get(0)
                        + "\",\"head\":\"" + ids.get(2) + "\"}",
                notice(page, requested, Notice.RESET));
        assertEquals(3, page.entries().size());
    }

    @Test
    void there_is_one_beginning_and_another_is_foreign() {
        EventId other = new EventId(0, 5);
        assertEquals(Page.Standing.FOREIGN, read(run, other, 1).standing());
        append(run, 1);
        assertEquals(Page.Standing.FOREIGN, read(run, other, 1).standing());
    }

    // Keeping

    @Test
    void a_stream_keeps_no_more_events_than_it_may() {
        for (int n = 1; n <= 250; n++) {
            append(feed, n);
        }
        Extent extent = await(log.head(feed));
        assertEquals(100, extent.events());
        assertEquals(150, extent.before().seq());
        assertEquals(151, extent.first().seq());
        assertEquals(250, extent.head().seq());
    }

    @Test
    void a_stream_keeps_no_more_bytes_than_it_may_but_always_the_newest() {
        Buffer big = Buffer.buffer("\"" + "x".repeat(20_000) + "\"");
        for (int n = 1; n <= 10; n++) {
            await(log.append(feed, List.of(Event.of("big", big)), StreamLog.ANYWHERE));
        }
        Extent extent = await(log.head(feed));
        assertTrue(extent.events() >= 1 && extent.events() < 10);
        assertTrue(extent.bytes() <= SMALL.bytes());
        Buffer huge = Buffer.buffer("\"" + "x".repeat(200_000) + "\"");
        EventId last = await(log.append(feed, List.of(Event.of("big", huge)), StreamLog.ANYWHERE))
                .last();
        extent = await(log.head(feed));
        assertEquals(1, extent.events());
        assertEquals(last, extent.first());
        assertEquals(last, extent.head());
        assertEquals(10, extent.before().seq());
    }

    @Test
    void a_stream_keeps_nothing_that_is_too_old() {
        append(feed, 1, 2);
        pass(SMALL.age().minusSeconds(1));
        append(feed, 3);
        assertEquals(0, await(log.head(feed)).before().seq());
        pass(Duration.ofSeconds(2));
        assertEquals(2, await(log.head(feed)).before().seq());
        assertEquals(
                List.of("3 {\"n\":3}"), texts(read(feed, await(log.head(feed)).before(), 9)));
    }

    @Test
    void a_stream_whose_newest_event_is_too_old_is_dropped_whole() {
        append(feed, 1, 2);
        pass(SMALL.age().plusSeconds(1));
        assertEquals(Extent.EMPTY, await(log.head(feed)));
    }

    @Test
    void a_time_is_found_as_the_place_before_the_first_event_of_that_time() {
        Appended first = append(feed, 1, 2);
        pass(Duration.ofSeconds(10));
        Appended second = append(feed, 3, 4);
        pass(Duration.ofSeconds(10));
        Appended third = append(feed, 5);
        assertEquals(EventId.BEGINNING, await(log.locate(feed, 0)));
        assertEquals(EventId.BEGINNING, await(log.locate(feed, first.last().millis())));
        assertEquals(first.last(), await(log.locate(feed, first.last().millis() + 1)));
        assertEquals(first.last(), await(log.locate(feed, second.last().millis())));
        assertEquals(second.last(), await(log.locate(feed, third.last().millis())));
        assertEquals(third.last(), await(log.locate(feed, third.last().millis() + 1)));
        assertEquals(third.last(), await(log.locate(feed, Long.MAX_VALUE)));
    }

    @Test
    void a_time_before_what_is_kept_is_found_as_the_place_before_it() {
        append(feed, IntStream.rangeClosed(1, 150).toArray());
        assertEquals(50, await(log.locate(feed, 0)).seq());
    }

    @Test
    void the_head_says_what_is_kept() {
        List<EventId> ids = append(run, 1, 2, 3).ids();
        Extent extent = await(log.head(run));
        assertEquals(EventId.BEGINNING, extent.before());
        assertEquals(ids.get(0), extent.first());
        assertEquals(ids.get(2), extent.head());
        assertEquals(3, extent.events());
        assertTrue(extent.bytes() >= 3L * "{\"n\":1}".length());
        assertFalse(extent.closed());
    }

    @Test
    void a_stream_expired_now_is_gone_and_may_begin_again() {
        EventId old = append(run, 1, 2).last();
        await(log.expire(run, Duration.ZERO));
        assertEquals(Extent.EMPTY, await(log.head(run)));
        assertEquals(Page.Standing.BEYOND, read(run, old, 1).standing());
        assertEquals(1, await(log.append(run, ticks(1), 0)).last().seq());
    }

    @Test
    void a_stream_to_expire_later_is_kept_until_then() {
        append(run, 1, 2);
        await(log.expire(run, Duration.ofMinutes(10)));
        pass(Duration.ofMinutes(9));
        assertEquals(2, await(log.head(run)).events());
        pass(Duration.ofMinutes(2));
        assertEquals(Extent.EMPTY, await(log.head(run)));
    }

    // Tails

    @Test
    void a_tail_replays_what_is_there_and_goes_on_live_without_gap_or_double() {
        append(run, IntStream.rangeClosed(1, 600).toArray());
        Reader reader = new Reader(log.tail(run, EventId.BEGINNING));
        for (int n = 601; n <= 700; n++) {
            append(run, n);
        }
        await(reader.has(700));
        append(run, 701);
        assertEquals(expected(1, 701), await(reader.has(701)));
        assertEquals(701, reader.tail.position().seq());
        reader.tail.close();
    }

    @Test
    void a_tail_begins_right_after_its_place() {
        List<EventId> ids = append(run, 1, 2, 3, 4).ids();
        Reader reader = new Reader(log.tail(run, ids.get(1)));
        assertEquals(expected(3, 4), await(reader.has(2)));
        append(run, 5);
        assertEquals(expected(3, 5), await(reader.has(3)));
        reader.tail.close();
    }

    @Test
    void a_tail_waits_for_a_stream_that_does_not_exist_yet() {
        Reader reader = new Reader(log.tail(run, EventId.BEGINNING));
        turn();
        append(run, 1, 2);
        assertEquals(expected(1, 2), await(reader.has(2)));
        await(log.append(run, List.of(done()), 2));
        assertEquals(3, await(reader.ended()).size());
    }

    @Test
    void two_tails_each_read_at_their_own_place() {
        List<EventId> ids = append(run, 1, 2, 3).ids();
        Reader one = new Reader(log.tail(run, EventId.BEGINNING));
        Reader other = new Reader(log.tail(run, ids.get(2)));
        await(one.has(3));
        append(run, 4);
        assertEquals(expected(1, 4), await(one.has(4)));
        assertEquals(expected(4, 4), await(other.has(1)));
        one.tail.close();
        append(run, 5);
        assertEquals(expected(4, 5), await(other.has(2)));
        other.tail.close();
    }

    @Test
    void readers_are_counted_from_their_making_to_their_leaving() {
        assertEquals(0, log.readers(run));
        Tail idle = log.tail(run, EventId.BEGINNING);
        Reader reader = new Reader(log.tail(run, EventId.BEGINNING));
        assertEquals(2, log.readers(run));
        assertEquals(0, log.readers(feed));
        idle.close();
        idle.close();
        turn();
        assertEquals(1, log.readers(run));
        append(run, 1);
        await(reader.has(1));
        await(log.append(run, List.of(done()), 1));
        await(reader.ended());
        assertEquals(0, log.readers(run));
    }

    @Test
    void a_paused_tail_hands_nothing_on_and_misses_nothing() {
        Tail tail = log.tail(run, EventId.BEGINNING).pause();
        Reader paused = new Reader(tail);
        append(run, IntStream.rangeClosed(1, 500).toArray());
        Reader other = new Reader(log.tail(run, EventId.BEGINNING));
        await(other.has(500));
        turn();
        assertEquals(List.of(), paused.seen());
        assertEquals(EventId.BEGINNING, tail.position());
        tail.resume();
        assertEquals(expected(1, 500), await(paused.has(500)));
        tail.close();
        other.tail.close();
    }

    @Test
    void a_tail_hands_on_exactly_as_much_as_was_fetched() {
        append(run, IntStream.rangeClosed(1, 400).toArray());
        Tail tail = log.tail(run, EventId.BEGINNING).pause();
        Reader reader = new Reader(tail);
        tail.fetch(3);
        await(reader.has(3));
        settle(run);
        assertEquals(expected(1, 3), reader.seen());
        tail.fetch(300).fetch(0);
        await(reader.has(303));
        settle(run);
        assertEquals(expected(1, 303), reader.seen());
        tail.fetch(98);
        await(reader.has(400));
        append(run, 401, 402, 403);
        await(reader.has(401));
        settle(run);
        assertEquals(expected(1, 401), reader.seen());
        assertThrows(IllegalArgumentException.class, () -> tail.fetch(-1));
        tail.close();
    }

    @Test
    void pausing_inside_the_handler_takes_effect_at_once() {
        append(run, IntStream.rangeClosed(1, 400).toArray());
        Reader reader = new Reader(log.tail(run, EventId.BEGINNING), (tail, reading) -> {
            if (seqOf(reading) % 7 == 0) {
                tail.pause();
            }
        });
        for (int stop = 7; stop <= 399; stop += 7) {
            await(reader.has(stop));
            assertEquals(stop, reader.seen().size());
            reader.tail.resume();
        }
        assertEquals(expected(1, 400), await(reader.has(400)));
        reader.tail.close();
    }

    @Test
    void fetching_inside_the_handler_is_enough_to_go_on() {
        append(run, IntStream.rangeClosed(1, 400).toArray());
        Tail paused = log.tail(run, EventId.BEGINNING).pause();
        Reader reader = new Reader(paused, (tail, reading) -> tail.fetch(1));
        paused.fetch(1);
        await(reader.has(400));
        append(run, 401);
        assertEquals(expected(1, 401), await(reader.has(401)));
        paused.close();
    }

    @Test
    void closing_inside_the_handler_is_the_last_that_is_heard() {
        append(run, IntStream.rangeClosed(1, 9).toArray());
        await(log.append(run, List.of(done()), 9));
        for (int at : new int[] {5, 10}) {
            Reader reader = new Reader(log.tail(run, EventId.BEGINNING), (tail, reading) -> {
                if (seqOf(reading) == at) {
                    tail.close();
                }
            });
            await(reader.has(at));
            settle(run);
            assertEquals(at, reader.seen().size());
            assertFalse(reader.isOver());
            assertEquals(0, log.readers(run));
        }
    }

    @Test
    void a_handler_that_throws_ends_its_own_reader_and_no_other() {
        Reader broken = new Reader(log.tail(run, EventId.BEGINNING), (tail, reading) -> {
            throw new IllegalStateException("broken on purpose");
        });
        Reader sound = new Reader(log.tail(run, EventId.BEGINNING));
        turn();
        append(run, 1);
        assertInstanceOf(IllegalStateException.class, await(broken.failed()));
        assertEquals(expected(1, 1), await(sound.has(1)));
        append(run, 2);
        assertEquals(expected(1, 2), await(sound.has(2)));
        assertEquals(1, log.readers(run));
        sound.tail.close();
    }

    @Test
    void handlers_may_be_set_in_any_order() {
        await(log.append(run, List.of(tick(1), done()), 0));
        Promise<Void> ended = Promise.promise();
        vertx.getOrCreateContext().runOnContext(go -> {
            Tail tail = log.tail(run, EventId.BEGINNING);
            tail.handler(reading -> {});
            tail.endHandler(ended::complete);
        });
        await(ended.future());
    }

    @Test
    void a_slow_reader_that_fell_off_what_is_kept_is_told_in_place() {
        append(feed, 1, 2, 3);
        Reader slow = new Reader(log.tail(feed, EventId.BEGINNING), (tail, reading) -> {
            if (seqOf(reading) == 3) {
                tail.pause();
            }
        });
        await(slow.has(3));
        for (int n = 4; n < FAR; n += 50) {
            append(feed, IntStream.range(n, n + 50).toArray());
        }
        Extent extent = await(log.head(feed));
        long lost = extent.before().seq() - 3;
        String requested = slow.tail.position().toString();
        slow.tail.resume();
        await(slow.has(104));
        List<String> told = new ArrayList<>(expected(1, 3));
        told.add("gap {\"requested\":\"" + requested + "\",\"first\":\"" + extent.first() + "\",\"head\":\""
                + extent.head() + "\",\"lost\":" + lost + "}");
        told.addAll(expected((int) extent.first().seq(), (int) extent.head().seq()));
        assertEquals(told, slow.seen());
        append(feed, (int) extent.head().seq() + 1);
        await(slow.has(105));
        slow.tail.close();
    }

    @Test
    void demand_of_one_gets_the_notice_alone_and_then_what_is_kept() {
        append(feed, IntStream.rangeClosed(1, 150).toArray());
        Tail tail = log.tail(feed, EventId.BEGINNING).pause();
        Reader reader = new Reader(tail);
        tail.fetch(1);
        await(reader.has(1));
        settle(feed);
        assertEquals(1, reader.seen().size());
        assertTrue(reader.seen().get(0).startsWith("gap "));
        assertEquals(50, tail.position().seq());
        tail.fetch(2);
        await(reader.has(3));
        assertEquals(expected(51, 52), reader.seen().subList(1, 3));
        tail.close();
    }

    @Test
    void a_foreign_reader_is_reset_to_the_oldest_that_is_kept() {
        List<EventId> ids = append(run, 1, 2, 3).ids();
        EventId foreign = new EventId(2, ids.get(1).millis() + 1);
        Reader reader = new Reader(log.tail(run, foreign));
        List<String> told = new ArrayList<>();
        told.add("reset {\"reason\":\"identity\",\"requested\":\"" + foreign + "\",\"first\":\"" + ids.get(0)
                + "\",\"head\":\"" + ids.get(2) + "\"}");
        told.addAll(expected(1, 3));
        assertEquals(told, await(reader.has(4)));
        reader.tail.close();
    }

    @Test
    void a_foreign_reader_of_what_happens_now_is_reset_to_what_comes() {
        EventId head = append(feed, 1, 2, 3).last();
        Reader reader = new Reader(log.tail(feed, new EventId(9, 9)).liveAfterReset());
        await(reader.has(1));
        append(feed, 4);
        List<String> told = await(reader.has(2));
        assertEquals(
                "reset {\"reason\":\"beyond_head\",\"requested\":\"9-9\",\"first\":\"1-" + head.millis()
                        + "\",\"head\":\"" + head + "\"}",
                told.get(0));
        assertEquals(expected(4, 4), told.subList(1, 2));
        reader.tail.close();
    }

    @Test
    void a_gap_does_not_make_a_live_reader_skip_what_is_kept() {
        append(feed, IntStream.rangeClosed(1, 150).toArray());
        Reader reader = new Reader(log.tail(feed, EventId.BEGINNING).liveAfterReset());
        List<String> told = await(reader.has(101));
        assertTrue(told.get(0).startsWith("gap "));
        assertEquals(expected(51, 150), told.subList(1, 101));
        reader.tail.close();
    }

    @Test
    void a_tail_ends_after_the_last_word() {
        append(run, 1);
        Reader reader = new Reader(log.tail(run, EventId.BEGINNING));
        await(reader.has(1));
        await(log.append(run, List.of(done()), 1));
        assertEquals(List.of("1 {\"n\":1}", "2 {\"status\":\"completed\"}"), await(reader.ended()));
        assertEquals(0, log.readers(run));
        Reader late = new Reader(log.tail(run, EventId.BEGINNING));
        assertEquals(2, await(late.ended()).size());
    }

    @Test
    void a_tail_opened_at_the_last_word_ends_at_once() {
        EventId last = await(log.append(run, List.of(tick(1), done()), 0)).last();
        assertEquals(List.of(), await(new Reader(log.tail(run, last)).ended()));
        Reader watching = new Reader(log.tail(run, last).pause());
        assertEquals(List.of(), await(new Reader(log.tail(run, last)).ended()));
        watching.tail.close();
    }

    @Test
    void a_tail_opened_beyond_the_last_word_is_reset_and_reads_to_the_end() {
        await(log.append(run, List.of(tick(1), done()), 0));
        List<String> told = await(new Reader(log.tail(run, new EventId(9, 9))).ended());
        assertEquals(3, told.size());
        assertTrue(told.get(0).startsWith("reset "));
        List<String> live = await(new Reader(log.tail(run, new EventId(9, 9)).liveAfterReset()).ended());
        assertEquals(1, live.size());
    }

    @Test
    void a_reader_whose_stream_expires_hears_that_it_is_gone() {
        append(run, 1);
        Reader flowing = new Reader(log.tail(run, EventId.BEGINNING));
        Reader paused = new Reader(log.tail(run, EventId.BEGINNING).pause());
        await(flowing.has(1));
        await(log.expire(run, Duration.ZERO));
        assertInstanceOf(StreamGone.class, await(flowing.failed()));
        assertInstanceOf(StreamGone.class, await(paused.failed()));
        assertEquals(expected(1, 1), flowing.seen());
        assertEquals(List.of(), paused.seen());
        assertEquals(0, log.readers(run));
    }

    @Test
    void a_reader_whose_stream_expires_while_it_reads_is_not_told_to_begin_anew() {
        append(run, IntStream.rangeClosed(1, 700).toArray());
        Promise<Void> expired = Promise.promise();
        Reader reader = new Reader(log.tail(run, EventId.BEGINNING), (tail, reading) -> {
            if (seqOf(reading) == 20) {
                log.expire(run, Duration.ZERO).onComplete(expired);
            }
        });
        assertInstanceOf(StreamGone.class, await(reader.failed()));
        await(expired.future());
        int seen = reader.seen().size();
        assertTrue(seen >= 20);
        assertEquals(expected(1, seen), reader.seen());
    }

    @Test
    void a_tail_without_a_handler_yet_hears_that_its_stream_is_gone_when_it_has_one() {
        append(run, 1);
        Tail tail = log.tail(run, EventId.BEGINNING);
        turn();
        await(log.expire(run, Duration.ZERO));
        turn();
        Reader reader = new Reader(tail);
        assertInstanceOf(StreamGone.class, await(reader.failed()));
        assertEquals(0, log.readers(run));
    }

    @Test
    void a_tail_opened_after_a_stream_has_gone_waits_for_the_next_of_that_name() {
        append(run, 1);
        Reader before = new Reader(log.tail(run, EventId.BEGINNING));
        await(before.has(1));
        await(log.expire(run, Duration.ZERO));
        Reader after = new Reader(log.tail(run, EventId.BEGINNING));
        assertEquals(1, log.readers(run));
        append(run, 5);
        assertEquals(List.of("1 {\"n\":5}"), await(after.has(1)));
        assertInstanceOf(StreamGone.class, await(before.failed()));
        assertFalse(after.failed().isComplete());
        after.tail.close();
        turn();
        assertEquals(0, log.readers(run));
    }

    @Test
    void what_is_read_in_one_go_may_be_joined() {
        append(run, 1, 2, 3);
        Reader reader = new Reader(
                log.tail(run, EventId.BEGINNING).joining(entries -> List.of(entries.get(entries.size() - 1))));
        assertEquals(expected(3, 3), await(reader.has(1)));
        append(run, 4);
        assertEquals(List.of("3 {\"n\":3}", "4 {\"n\":4}"), await(reader.has(2)));
        reader.tail.close();
    }

    @Test
    void a_tail_made_on_one_loop_may_be_held_and_closed_from_another() {
        append(run, 1, 2, 3);
        Promise<Reader> made = Promise.promise();
        writerContext()
                .runOnContext(go -> made.complete(
                        new Reader(log.tail(run, EventId.BEGINNING).pause())));
        Reader reader = await(made.future());
        reader.tail.fetch(2);
        assertEquals(expected(1, 2), await(reader.has(2)));
        Promise<Void> closed = Promise.promise();
        writerContext().runOnContext(go -> {
            reader.tail.close();
            closed.complete();
        });
        await(closed.future());
        Promise<Void> left = Promise.promise();
        reader.tail.loop().soon(left::complete);
        await(left.future());
        assertEquals(0, log.readers(run));
        append(run, 4);
        assertEquals(2, reader.seen().size());
    }

    // Where a reader asks to begin

    @Test
    void a_start_finds_its_place_and_what_the_reader_must_be_told() {
        List<EventId> ids =
                append(feed, IntStream.rangeClosed(1, 150).toArray()).ids();
        EventId before = ids.get(49);
        assertOpening(new Start.Earliest(), before, "");
        assertOpening(new Start.Latest(), ids.get(149), "");
        assertOpening(new Start.Since(0), before, "");
        assertOpening(new Start.Since(Long.MAX_VALUE), ids.get(149), "");
        assertOpening(new Start.After(ids.get(120)), ids.get(120), "");
        String ends = "\"first\":\"" + ids.get(50) + "\",\"head\":\"" + ids.get(149) + "\"";
        assertOpening(
                new Start.After(ids.get(9)),
                before,
                "gap {\"requested\":\"" + ids.get(9) + "\"," + ends + ",\"lost\":40}");
        assertOpening(
                new Start.After(new EventId(900, 1)),
                before,
                "reset {\"reason\":\"beyond_head\",\"requested\":\"900-1\"," + ends + "}");
        assertOpening(
                new Start.After(new EventId(120, 1)),
                before,
                "reset {\"reason\":\"identity\",\"requested\":\"120-1\"," + ends + "}");
        assertOpening(
                new Start.Malformed("nonsense"),
                before,
                "reset {\"reason\":\"malformed\",\"requested\":\"nonsense\"," + ends + "}");
    }

    @Test
    void a_reset_start_may_go_on_with_what_comes_but_a_gap_may_not() {
        List<EventId> ids =
                append(feed, IntStream.rangeClosed(1, 150).toArray()).ids();
        Opening reset = await(new Start.Malformed("x").open(log, feed)).liveAfterReset();
        assertEquals(ids.get(149), reset.position());
        assertTrue(reset.notice().isPresent());
        Opening gap = await(new Start.After(ids.get(0)).open(log, feed)).liveAfterReset();
        assertEquals(ids.get(49), gap.position());
        Opening exact = await(new Start.After(ids.get(100)).open(log, feed)).liveAfterReset();
        assertEquals(ids.get(100), exact.position());
    }

    private void assertOpening(Start start, EventId position, String notice) {
        Opening opening = await(start.open(log, feed));
        assertEquals(position, opening.position());
        assertEquals(notice, opening.notice().map(Reader::text).orElse(""));
        assertEquals(150, opening.extent().head().seq());
    }

    // Words for the above

    public static <T> T await(Future<T> future) {
        try {
            return future.await(30, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("nothing came", e);
        }
    }

    /** A loop of its own, so that writers really are at once. */
    private Context writerContext() {
        return ((io.vertx.core.internal.VertxInternal) vertx).createEventLoopContext();
    }

    /** Lets this thread's loop, on which its tails live, do all that was asked of it so far. */
    void turn() {
        for (int i = 0; i < 3; i++) {
            Promise<Void> turned = Promise.promise();
            vertx.getOrCreateContext().runOnContext(go -> turned.complete());
            await(turned.future());
        }
    }

    /** Lets the log answer what it was asked so far, and the tails hear of it. */
    private void settle(StreamName stream) {
        await(log.read(stream, EventId.BEGINNING, 1));
        turn();
    }

    protected Appended append(StreamName stream, int... ns) {
        return await(log.append(stream, ticks(ns), StreamLog.ANYWHERE));
    }

    private Page read(StreamName stream, EventId after, int limit) {
        return await(log.read(stream, after, limit));
    }

    public static List<Event> ticks(int... ns) {
        return IntStream.of(ns).mapToObj(StreamLogContract::tick).toList();
    }

    public static Event tick(int n) {
        return Event.of("tick", Buffer.buffer("{\"n\":" + n + "}"));
    }

    public static Event done() {
        return Event.of(Entry.LAST_WORD, Buffer.buffer("{\"status\":\"completed\"}"));
    }

    /** The ticks of a stream where the n-th event is tick n. */
    public static List<String> expected(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(n -> n + " {\"n\":" + n + "}")
                .toList();
    }

    private static List<String> texts(Page page) {
        return page.entries().stream().map(Reader::text).toList();
    }

    private static String notice(Page page, EventId requested, String type) {
        Notice notice = page.notice(requested).orElseThrow();
        assertEquals(type, notice.type());
        return notice.data().toString();
    }

    private static long seqOf(dev.millrace.event.Reading reading) {
        EventId id = reading.id();
        return id == null ? -1 : id.seq();
    }
}
