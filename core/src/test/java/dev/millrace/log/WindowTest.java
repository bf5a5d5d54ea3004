package dev.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Doorbells as a bus may bring them: once, twice, late, never, or from a log that has forgotten. */
class WindowTest {

    private final Window window = new Window();

    @Test
    void a_window_knows_nothing_before_its_first_doorbell() {
        assertNull(after(id(0)));
        assertFalse(window.ended());
    }

    @Test
    void a_doorbell_brings_what_follows_a_place() {
        ring(1, 3);
        assertEquals(List.of(1L, 2L, 3L), after(id(0)));
        assertEquals(List.of(3L), after(id(2)));
        assertEquals(List.of(), after(id(3)));
        assertNull(after(id(4)));
    }

    @Test
    void a_window_that_opened_late_does_not_know_what_was_before() {
        ring(5, 6);
        assertEquals(List.of(5L, 6L), after(id(4)));
        assertNull(after(id(3)));
        assertNull(after(EventId.BEGINNING));
    }

    @Test
    void at_most_the_limit_is_taken_at_once() {
        ring(1, 9);
        List<Entry> taken = window.after(id(2), 3);
        assertNotNull(taken);
        assertEquals(List.of(id(3), id(4), id(5)), taken.stream().map(Entry::id).toList());
    }

    @Test
    void doorbells_that_fit_grow_the_window() {
        ring(1, 3);
        ring(4, 4);
        ring(5, 9);
        assertEquals(LongStream.rangeClosed(1, 9).boxed().toList(), after(id(0)));
    }

    @Test
    void a_lost_doorbell_begins_the_window_anew_with_the_next() {
        ring(1, 3);
        ring(6, 7);
        assertEquals(List.of(6L, 7L), after(id(5)));
        assertNull(after(id(3)));
    }

    @Test
    void a_doubled_doorbell_changes_nothing() {
        ring(1, 3);
        ring(4, 5);
        ring(4, 5);
        ring(1, 3);
        ring(2, 2);
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L), after(id(0)));
    }

    @Test
    void a_doorbell_that_is_half_known_begins_the_window_anew() {
        ring(1, 3);
        ring(3, 5);
        assertEquals(List.of(3L, 4L, 5L), after(id(2)));
        assertNull(after(id(1)));
    }

    @Test
    void a_late_doorbell_makes_nobody_believe_that_it_is_the_end() {
        ring(9, 12);
        ring(1, 5);
        assertNull(after(id(5)), "whoever stands at 5 has not everything");
        assertNull(after(id(12)), "and the log is asked rather than an old doorbell");
        ring(13, 13);
        assertEquals(List.of(13L), after(id(12)));
    }

    @Test
    void a_log_that_forgot_its_tail_and_grew_another_is_not_joined_to_the_old_one() {
        ring(1, 5);
        EventId other = new EventId(4, 999);
        window.ring(id(3), List.of(entry(other)));
        assertNull(after(id(5)), "the old tail's reader must hear of it from the log");
        assertNull(after(id(4)));
        window.ring(other, List.of(entry(new EventId(5, 999))));
        assertEquals(List.of(5L), after(other));
        assertNull(after(id(4)));
    }

    @Test
    void a_new_tail_that_is_longer_than_the_old_begins_the_window_anew() {
        ring(1, 3);
        window.ring(new EventId(3, 999), List.of(entry(new EventId(4, 999))));
        assertNull(after(id(3)));
        assertEquals(List.of(4L), after(new EventId(3, 999)));
    }

    @Test
    void the_identity_of_a_place_is_checked_and_not_only_its_number() {
        ring(1, 3);
        assertNull(after(new EventId(2, 1)));
        assertNull(after(new EventId(0, 1)));
    }

    @Test
    void a_window_is_bounded_in_number() {
        for (long seq = 1; seq <= 5000; seq++) {
            ring(seq, seq);
        }
        assertNull(after(id(5000 - 1025)));
        List<Entry> kept = window.after(id(5000 - 1024), 9999);
        assertNotNull(kept);
        assertEquals(1024, kept.size());
    }

    @Test
    void a_window_is_bounded_in_weight_but_keeps_the_newest() {
        Buffer big = Buffer.buffer(new byte[400_000]);
        window.ring(id(0), List.of(new Entry(id(1), "big", big), new Entry(id(2), "big", big)));
        assertNull(after(id(0)));
        assertEquals(List.of(2L), after(id(1)));
        window.ring(id(2), List.of(new Entry(id(3), "big", Buffer.buffer(new byte[4_000_000]))));
        assertEquals(List.of(3L), after(id(2)));
    }

    @Test
    void a_window_that_ends_with_the_last_word_has_ended() {
        ring(1, 2);
        assertFalse(window.ended());
        window.ring(id(2), List.of(new Entry(id(3), Entry.LAST_WORD, Buffer.buffer("{}"))));
        assertTrue(window.ended());
    }

    @Test
    void a_window_that_ends_with_the_head_is_left_as_it_is() {
        ring(1, 3);
        window.compare(window.ends(), id(3));
        assertEquals(List.of(2L, 3L), after(id(1)));
    }

    @Test
    void a_window_that_ends_elsewhere_than_the_log_forgets() {
        for (EventId head : List.of(id(4), id(2), new EventId(3, 999), EventId.BEGINNING)) {
            ring(1, 3);
            window.compare(window.ends(), head);
            assertNull(after(id(3)), () -> "the log ends with " + head);
        }
    }

    @Test
    void a_window_that_was_rung_since_the_log_was_asked_knows_better() {
        ring(1, 3);
        EventId then = window.ends();
        ring(4, 4);
        window.compare(then, id(3));
        assertEquals(List.of(4L), after(id(3)));
    }

    @Test
    void loops_without_readers_are_forgotten_while_others_stay() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Windows windows = new Windows(vertx);
            StreamLog log = new UnsureLog(vertx, 1);
            StreamName feed = StreamName.feed("t", "f");
            Tail watching = windows.tail(log, feed, EventId.BEGINNING);
            for (int i = 0; i < 100; i++) {
                Tail tail = windows.tail(log, feed, EventId.BEGINNING);
                tail.close();
                turn(tail);
            }
            assertEquals(1, windows.tails(feed));
            assertEquals(1, watching.window().loops());
            watching.close();
            turn(watching);
            assertEquals(0, windows.size());
        } finally {
            vertx.close().await(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_loop_runs_at_once_what_it_asks_of_itself_also_on_a_worker() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            for (Context context : List.of(
                    ((io.vertx.core.internal.VertxInternal) vertx).createEventLoopContext(),
                    ((io.vertx.core.internal.VertxInternal) vertx).createWorkerContext())) {
                Promise<List<String>> order = Promise.promise();
                context.runOnContext(go -> {
                    Loop loop = Loop.current(vertx);
                    List<String> said = new ArrayList<>();
                    loop.soon(() -> {
                        loop.run(() -> said.add("inside"));
                        said.add("outside");
                    });
                    loop.soon(() -> order.complete(said));
                });
                assertEquals(List.of("inside", "outside"), order.future().await(30, TimeUnit.SECONDS));
            }
        } finally {
            vertx.close().await(30, TimeUnit.SECONDS);
        }
    }

    private static void turn(Tail tail) throws Exception {
        Promise<Void> turned = Promise.promise();
        tail.loop().soon(turned::complete);
        turned.future().await(30, TimeUnit.SECONDS);
    }

    private void ring(long from, long to) {
        window.ring(
                id(from - 1),
                LongStream.rangeClosed(from, to).mapToObj(seq -> entry(id(seq))).toList());
    }

    private @Nullable List<Long> after(EventId position) {
        List<Entry> entries = window.after(position, Integer.MAX_VALUE);
        return entries == null
                ? null
                : entries.stream().map(entry -> entry.id().seq()).toList();
    }

    private static EventId id(long seq) {
        return seq == 0 ? EventId.BEGINNING : new EventId(seq, 100 + seq);
    }

    private static Entry entry(EventId id) {
        return new Entry(id, "tick", Buffer.buffer("{}"));
    }
}
