package dev.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.event.RunEvent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AppenderTest {

    private static final StreamName RUN = StreamName.run("run_1");

    private final HandLog log = new HandLog();
    private final Appender appender = new Appender(log, RUN, 0);

    @Test
    void an_idle_writer_sends_at_once() {
        Future<Void> first = appender.append(tick(1));
        assertEquals(List.of("0: tick{1}"), log.asked);
        assertFalse(first.isComplete());
        log.store();
        assertTrue(first.succeeded());
        assertEquals(1, appender.seq());
        appender.append(tick(2));
        assertEquals(List.of("0: tick{1}", "1: tick{2}"), log.asked);
    }

    @Test
    void what_comes_while_an_append_is_in_flight_goes_together_and_in_order() {
        appender.append(tick(1));
        Future<Void> second = appender.append(tick(2));
        Future<Void> third = appender.append(tick(3));
        assertEquals(List.of("0: tick{1}"), log.asked);
        log.store();
        assertEquals(List.of("0: tick{1}", "1: tick{2} tick{3}"), log.asked);
        assertFalse(second.isComplete());
        log.store();
        assertTrue(second.succeeded() && third.succeeded());
        assertEquals(3, appender.seq());
    }

    @Test
    void adjacent_tokens_are_one_when_they_go_together() {
        appender.append(new RunEvent.Token("Send ", 0));
        List<Future<Void>> waiting = List.of(
                appender.append(new RunEvent.Token("the ", 5)),
                appender.append(new RunEvent.Token("last ", 9)),
                appender.append(RunEvent.Status.of(RunEvent.Step.STEERED)),
                appender.append(new RunEvent.Token("id", 14)),
                appender.append(new RunEvent.Token("!", 99)));
        log.store();
        assertEquals(
                List.of(
                        "0: token{\"text\":\"Send \",\"at\":0}",
                        "1: token{\"text\":\"the last \",\"at\":5} status{\"step\":\"steered\"}"
                                + " token{\"text\":\"id\",\"at\":14} token{\"text\":\"!\",\"at\":99}"),
                log.asked);
        log.store();
        assertTrue(waiting.stream().allMatch(Future::succeeded));
        assertEquals(5, appender.seq());
    }

    @Test
    void a_writer_goes_on_after_the_seq_it_was_given() {
        new Appender(log, RUN, 41).append(tick(1));
        assertEquals(List.of("41: tick{1}"), log.asked);
    }

    @Test
    void a_writer_that_was_fenced_off_is_done_for_good() {
        List<Future<Void>> all = new ArrayList<>();
        all.add(appender.append(tick(1)));
        all.add(appender.append(tick(2)));
        Conflict conflict = new Conflict(RUN, 0, new EventId(9, 9));
        log.refuse(conflict);
        all.add(appender.append(tick(3)));
        assertEquals(List.of("0: tick{1}"), log.asked, "nothing is sent behind a hole");
        all.forEach(done -> assertSame(conflict, done.cause()));
        assertEquals(0, appender.seq());
    }

    @Test
    void who_appends_when_it_hears_of_a_store_does_not_put_two_appends_in_flight() {
        appender.append(tick(1)).onSuccess(stored -> {
            appender.append(tick(3));
            appender.append(tick(4));
        });
        appender.append(tick(2));
        log.store();
        assertEquals(List.of("0: tick{1}", "1: tick{2} tick{3}"), log.asked);
        log.store();
        assertEquals(List.of("0: tick{1}", "1: tick{2} tick{3}", "3: tick{4}"), log.asked);
        log.store();
        assertEquals(4, appender.seq());
    }

    @Test
    void an_event_behind_the_last_word_fails_alone() {
        appender.append(tick(1));
        Future<Void> done = appender.append(Event.of("done", Buffer.buffer("{}")));
        Future<Void> late = appender.append(tick(2));
        assertInstanceOf(IllegalStateException.class, late.cause());
        log.store();
        log.store();
        assertTrue(done.succeeded());
        assertEquals(List.of("0: tick{1}", "1: done{}"), log.asked);
    }

    @Test
    void an_answer_from_another_thread_is_brought_back_to_the_writer() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Context owner = ((io.vertx.core.internal.VertxInternal) vertx).createEventLoopContext();
            Promise<Thread> asking = Promise.promise();
            Promise<Thread> hearing = Promise.promise();
            owner.runOnContext(go -> {
                appender.append(tick(1)).onSuccess(stored -> hearing.complete(Thread.currentThread()));
                asking.complete(Thread.currentThread());
            });
            Thread loop = asking.future().await(30, TimeUnit.SECONDS);
            log.store(); // on the test's thread
            assertSame(loop, hearing.future().await(30, TimeUnit.SECONDS));
        } finally {
            vertx.close().await(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void every_future_completes_whatever_the_log_answers_and_the_text_is_whole() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            HandLog log = new HandLog();
            Appender appender = new Appender(log, RUN, 0);
            List<Future<Void>> all = new ArrayList<>();
            StringBuilder said = new StringBuilder();
            boolean fails = random.nextBoolean();
            for (int step = 0; step < 200; step++) {
                if (random.nextInt(3) > 0) {
                    String word = "w" + step + " ";
                    all.add(appender.append(new RunEvent.Token(word, said.length())));
                    said.append(word);
                } else if (log.waiting() && fails && random.nextInt(30) == 0) {
                    log.refuse(new LogFull(1));
                } else if (log.waiting()) {
                    log.store();
                }
            }
            while (log.waiting()) {
                log.store();
            }
            assertTrue(all.stream().allMatch(Future::isComplete), () -> "seed " + seed);
            boolean failed = false;
            for (Future<Void> one : all) {
                assertFalse(failed && one.succeeded(), () -> "seed " + seed + ": stored behind a hole");
                failed |= one.failed();
            }
            StringBuilder stored = new StringBuilder();
            log.stored.forEach(event -> stored.append(((RunEvent.Token) event).text()));
            assertTrue(said.toString().startsWith(stored.toString()), () -> "seed " + seed);
            assertEquals(failed, stored.length() < said.length(), () -> "seed " + seed);
            assertEquals(log.stored.size(), appender.seq(), () -> "seed " + seed);
        }
    }

    private static Event tick(int n) {
        return Event.of("tick", Buffer.buffer("{" + n + "}"));
    }

    /** A log that answers when the test says so. */
    private static final class HandLog implements StreamLog {

        final List<String> asked = new ArrayList<>();
        final List<Event> stored = new ArrayList<>();
        private final List<Event> asking = new ArrayList<>();
        private Promise<Appended> answer = Promise.promise();

        @Override
        public Future<Appended> append(StreamName stream, List<? extends Event> events, long expectedSeq) {
            assertTrue(asking.isEmpty(), "two appends in flight");
            assertEquals(expectedSeq, asked.isEmpty() ? expectedSeq : stored.size());
            asking.addAll(events);
            asked.add(expectedSeq + ": "
                    + String.join(
                            " ",
                            events.stream()
                                    .map(event -> event.type() + event.data())
                                    .toList()));
            answer = Promise.promise();
            return answer.future();
        }

        boolean waiting() {
            return !asking.isEmpty();
        }

        void store() {
            int before = stored.size();
            stored.addAll(asking);
            asking.clear();
            answer.complete(new Appended(new EventId(before, before), new EventId(stored.size(), stored.size())));
        }

        void refuse(RuntimeException cause) {
            asking.clear();
            answer.fail(cause);
        }

        @Override
        public Future<Page> read(StreamName stream, EventId after, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Extent> head(StreamName stream) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<EventId> locate(StreamName stream, long millis) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Tail tail(StreamName stream, EventId after) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Void> expire(StreamName stream, Duration after) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int readers(StreamName stream) {
            throw new UnsupportedOperationException();
        }
    }
}
