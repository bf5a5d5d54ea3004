package dev.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever happens and in whatever order: a reader's events and its declared gaps make up the log. */
@Timeout(120)
class TailPropertyTest {

    private static final StreamName RUN = StreamName.run("run_1");

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void closeVertx() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void over_a_bad_bus_and_a_slow_log_no_reader_misses_or_doubles_anything() throws Exception {
        long first = System.nanoTime();
        long delivered = 0;
        long lost = 0;
        for (long seed = first; seed < first + 40; seed++) {
            Schedule schedule = new Schedule(seed);
            try {
                schedule.run().await(30, TimeUnit.SECONDS);
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed, e);
            }
            delivered += schedule.readers.stream()
                    .mapToLong(reader -> reader.delivered)
                    .sum();
            lost += schedule.readers.stream().mapToLong(reader -> reader.lost).sum();
        }
        assertTrue(delivered > 10_000 && lost > 100, "the schedules are too tame: " + delivered + ", " + lost);
    }

    /** Steps in turns of one loop, so that a seed says everything. */
    private final class Schedule {

        private static final int STEPS = 2500;

        private final Random random;
        private final UnsureLog log;
        private final Context loop = vertx.getOrCreateContext();
        private final List<EventId> truth = new ArrayList<>(List.of(EventId.BEGINNING));
        private final List<Connection> readers = new ArrayList<>();
        private final Promise<Void> over = Promise.promise();

        Schedule(long seed) {
            random = new Random(seed);
            log = new UnsureLog(vertx, seed);
        }

        Future<Void> run() {
            loop.runOnContext(go -> step(0));
            return over.future();
        }

        private void step(int number) {
            try {
                if (number == STEPS) {
                    finish();
                    return;
                }
                one();
                loop.runOnContext(next -> step(number + 1));
            } catch (Throwable e) {
                over.tryFail(e);
            }
        }

        private void one() {
            switch (random.nextInt(10)) {
                case 0, 1 -> append();
                case 2, 3 -> log.someBell();
                case 4, 5 -> log.someAnswer();
                case 6 -> log.pass(random.nextInt(60));
                case 7 -> {
                    if (readers.size() < 8) {
                        EventId after = truth.get(random.nextInt(truth.size()));
                        readers.add(new Connection(
                                log,
                                RUN,
                                after,
                                id -> id.equals(truth.get((int) id.seq())),
                                new Random(random.nextLong())));
                    }
                }
                default -> {
                    if (!readers.isEmpty()) {
                        readers.get(random.nextInt(readers.size())).whim();
                    }
                }
            }
        }

        /** By a writer that knows the head, one that does not care, and one that is wrong. */
        private void append() {
            int seq = truth.size();
            List<Event> events = new ArrayList<>();
            int count = random.nextInt(40) == 0 ? 1200 : 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                events.add(tick(seq + i));
            }
            int writer = random.nextInt(3);
            long expected = writer == 0 ? seq - 1 : writer == 1 ? StreamLog.ANYWHERE : seq;
            log.append(RUN, events, expected)
                    .onSuccess(appended -> truth.addAll(appended.ids()))
                    .onFailure(refused -> {
                        if (writer != 2) {
                            over.tryFail(refused);
                        }
                    });
        }

        private void finish() {
            // What is lost is lost; the last word is rung as a look at the head would have found it.
            readers.forEach(Connection::calm);
            log.ringAll();
            // Answers that were under way when it rang tell of the time before: no reader may take that for the end.
            loop.runOnContext(rung -> loop.runOnContext(later -> log.calm()));
            log.append(RUN, List.of(last(truth.size())), truth.size() - 1)
                    .onSuccess(appended -> truth.addAll(appended.ids()))
                    .compose(appended -> Future.all(readers.stream()
                            .map(reader -> reader.over().future())
                            .toList()))
                    .map(ended -> {
                        assertEquals(0, log.readers(RUN), "a reader is still counted");
                        return (Void) null;
                    })
                    .onComplete(over);
        }
    }

    @Test
    void on_many_loops_with_many_writers_no_reader_misses_or_doubles_anything() throws Exception {
        long seed = System.nanoTime();
        try {
            Random random = new Random(seed);
            AtomicLong clock = new AtomicLong(1000);
            Retention small = new Retention(400, 1 << 20, Duration.ofSeconds(50));
            MemoryLog log = new MemoryLog(vertx, clock::get, Map.of(StreamName.Kind.RUN, small), 64 << 20);
            AtomicLong head = new AtomicLong();

            List<Future<Connection>> connecting = new ArrayList<>();
            List<Context> loops = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                if (i < 4) {
                    loops.add(((io.vertx.core.internal.VertxInternal) vertx).createEventLoopContext());
                }
                Context loop = loops.get(i % 4);
                Random own = new Random(random.nextLong());
                Promise<Connection> connected = Promise.promise();
                loop.runOnContext(go -> {
                    Connection reader = new Connection(log, RUN, EventId.BEGINNING, id -> true, own);
                    connected.complete(reader);
                    whims(loop, reader, 2000);
                });
                connecting.add(connected.future());
            }

            List<Thread> writers = new ArrayList<>();
            for (int w = 0; w < 3; w++) {
                Thread writer = new Thread(() -> {
                    while (head.get() < 20_000) {
                        // The data must name its seq: so a writer expects one, and one of them wins.
                        long seq = head.get() + 1;
                        clock.incrementAndGet();
                        if (seq <= 20_000) {
                            log.append(RUN, List.of(tick(seq)), seq - 1).onSuccess(appended -> head.set(seq));
                        }
                        if (seq % 64 == 0) {
                            log.sweep();
                        }
                    }
                });
                writer.start();
                writers.add(writer);
            }
            for (Thread writer : writers) {
                writer.join();
            }
            log.append(RUN, List.of(last(20_001)), 20_000).await(30, TimeUnit.SECONDS);
            List<Connection> readers = new ArrayList<>();
            for (Future<Connection> one : connecting) {
                readers.add(one.await(30, TimeUnit.SECONDS));
            }
            for (int i = 0; i < readers.size(); i++) {
                Connection reader = readers.get(i);
                loops.get(i % 4).runOnContext(go -> reader.calm());
            }
            for (Connection reader : readers) {
                reader.over().future().await(60, TimeUnit.SECONDS);
                assertEquals(20_001, reader.delivered + reader.lost);
            }
            assertEquals(0, log.tails());
            assertEquals(0, log.windows());
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static void whims(Context loop, Connection reader, int left) {
        reader.whim();
        if (left > 0) {
            loop.runOnContext(next -> whims(loop, reader, left - 1));
        }
    }

    private static Event tick(long seq) {
        return Event.of("tick", Buffer.buffer(Long.toString(seq)));
    }

    private static Event last(long seq) {
        return Event.of(Entry.LAST_WORD, Buffer.buffer(Long.toString(seq)));
    }
}
