package dev.millrace.log.redis;

import static dev.millrace.log.StreamLogContract.await;
import static dev.millrace.log.StreamLogContract.tick;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.log.Appended;
import dev.millrace.log.Appender;
import dev.millrace.log.Conflict;
import dev.millrace.log.Doorbell;
import dev.millrace.log.Extent;
import dev.millrace.log.LogUnavailable;
import dev.millrace.log.Page;
import dev.millrace.log.Reader;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamLogContract;
import dev.millrace.log.StreamName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redis dies, falls silent, or its answer is lost: what was acknowledged is there, and nothing is there twice. */
@Timeout(120)
class LossTest {

    private static final int PER_ROUND = 40;

    private static final RedisLimits PATIENT = new RedisLimits(Duration.ofSeconds(60), 16 << 20, Duration.ofSeconds(3));

    private final Vertx vertx = Vertx.vertx();
    private final List<RedisLog> opened = new ArrayList<>();
    private final RedisServer server = RedisServer.of(RedisBinary.newest());

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void close() throws IOException {
        opened.forEach(log -> await(log.close()));
        await(vertx.close());
        server.close();
    }

    private RedisLog open(RedisEndpoint endpoint, RedisLimits limits) {
        RedisLog log = await(RedisLog.open(vertx, endpoint, limits, Map.of(), Doorbell.SILENT));
        opened.add(log);
        return log;
    }

    @Test
    void killed_in_the_middle_of_appends_and_started_again_it_has_everything_once() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        RedisLog log = open(server.endpoint(), PATIENT);
        List<Appender> writers = IntStream.range(0, 8)
                .mapToObj(i -> new Appender(log, StreamName.run("run_" + i), 0))
                .toList();
        StreamName feed = StreamName.feed("tenant", "feed");
        List<Future<?>> all = new ArrayList<>();
        Context owner = vertx.getOrCreateContext();
        int said = 0;
        for (int round = 0; round < 15; round++) {
            Promise<List<Future<?>>> asked = Promise.promise();
            int from = said;
            owner.runOnContext(go -> asked.complete(appendAll(log, writers, feed, from)));
            said += PER_ROUND;
            List<Future<?>> ofRound = await(asked.future());
            await(ofRound.get(random.nextInt(ofRound.size())).mapEmpty());
            server.kill();
            server.start();
            all.addAll(ofRound);
        }
        all.forEach(one -> await(one.mapEmpty()));
        List<String> expected = StreamLogContract.expected(1, said);
        for (int i = 0; i < writers.size(); i++) {
            assertEquals(expected, everything(log, StreamName.run("run_" + i)), "seed " + seed);
        }
        assertEquals(expected, everything(log, feed), "seed " + seed);
    }

    /** On the loop of the writers. */
    private static List<Future<?>> appendAll(RedisLog log, List<Appender> writers, StreamName feed, int from) {
        List<Future<?>> all = new ArrayList<>();
        for (int n = from + 1; n <= from + PER_ROUND; n++) {
            Event next = tick(n);
            writers.forEach(writer -> all.add(writer.append(next)));
            all.add(log.append(feed, List.of(next), StreamLog.ANYWHERE));
        }
        return all;
    }

    @Test
    void an_append_whose_answer_was_lost_is_answered_again_and_not_stored_again() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        RedisProxy proxy = await(RedisProxy.before(vertx, server.port()));
        RedisLog log = open(proxy.endpoint(), PATIENT);
        StreamName run = StreamName.run("r");
        StreamName feed = StreamName.feed("t", "f");
        List<Future<Appended>> stored = new ArrayList<>();
        EventId head = EventId.BEGINNING;
        for (int n = 1; n <= 120; n++) {
            if (random.nextInt(3) == 0) {
                proxy.loseAnswers(1 + random.nextInt(2));
            }
            Appended appended = await(log.append(run, List.of(tick(n)), n - 1));
            assertEquals(head, appended.previous(), "seed " + seed);
            head = appended.last();
            stored.add(log.append(feed, List.of(tick(n)), StreamLog.ANYWHERE));
        }
        proxy.loseAnswers(0);
        List<EventId> told = new ArrayList<>();
        stored.forEach(one -> told.addAll(await(one).ids()));
        assertEquals(StreamLogContract.expected(1, 120), everything(log, run), "seed " + seed);
        assertEquals(StreamLogContract.expected(1, 120), everything(log, feed), "seed " + seed);
        assertEquals(await(log.all(feed)).stream().map(Entry::id).toList(), told, "seed " + seed);
        assertEquals(head, await(log.head(run)).head());
    }

    @Test
    void a_refusal_whose_answer_was_lost_stays_a_refusal() {
        RedisProxy proxy = await(RedisProxy.before(vertx, server.port()));
        RedisLog log = open(proxy.endpoint(), PATIENT);
        StreamName run = StreamName.run("r");
        await(log.append(run, List.of(tick(1)), 0));
        proxy.loseAnswers(1);
        assertThrows(Conflict.class, () -> await(log.append(run, List.of(tick(2)), 0)));
        assertEquals(1, await(log.head(run)).events());
    }

    @Test
    void a_redis_that_has_forgotten_its_scripts_is_told_them_again() throws IOException {
        RedisLog log = open(server.endpoint(), PATIENT);
        StreamName run = StreamName.run("r");
        await(log.append(run, List.of(tick(1)), 0));
        server.ask(vertx, "script", "flush");
        await(log.append(run, List.of(tick(2)), 1));
        server.ask(vertx, "script", "flush");
        assertEquals(StreamLogContract.expected(1, 2), everything(log, run));
        server.ask(vertx, "script", "flush");
        assertEquals(2, await(log.locate(run, Long.MAX_VALUE)).seq());
        server.ask(vertx, "script", "flush");
        await(log.expire(run, Duration.ZERO));
        assertEquals(Extent.EMPTY, await(log.head(run)));
        server.kill();
        server.start();
        assertEquals(1, await(log.append(run, List.of(tick(1)), 0)).last().seq());
    }

    @Test
    void a_redis_that_is_away_for_too_long_fails_what_waits_and_serves_again_when_it_is_back() throws Exception {
        RedisLog log =
                open(server.endpoint(), new RedisLimits(Duration.ofMillis(900), 16 << 20, Duration.ofSeconds(3)));
        StreamName feed = StreamName.feed("t", "f");
        await(log.append(feed, List.of(tick(1)), StreamLog.ANYWHERE));
        server.kill();
        Future<Appended> append = log.append(feed, List.of(tick(2)), StreamLog.ANYWHERE);
        Future<Page> read = log.read(feed, EventId.BEGINNING, 10);
        LogUnavailable away = assertThrows(LogUnavailable.class, () -> await(append));
        String said = String.valueOf(away.getMessage());
        assertTrue(said.startsWith("Redis at 127.0.0.1:" + server.port() + " was away for 900 ms: "), said);
        assertThrows(LogUnavailable.class, () -> await(read));
        server.start();
        assertEquals(2, await(log.append(feed, List.of(tick(3)), 1)).last().seq());
    }

    @Test
    void a_redis_that_does_not_answer_is_an_outage_until_it_does() throws Exception {
        RedisLog log = open(server.endpoint(), PATIENT);
        StreamName feed = StreamName.feed("t", "f");
        await(log.append(feed, List.of(tick(1)), StreamLog.ANYWHERE));
        assertEquals(0, log.outage());
        server.freeze();
        Future<Appended> append = log.append(feed, List.of(tick(2)), StreamLog.ANYWHERE);
        while (log.outage() == 0) {
            assertFalse(append.isComplete());
        }
        server.thaw();
        await(append);
        assertEquals(0, log.outage());
    }

    @Test
    void an_outage_ends_with_a_connection_when_all_that_was_asked_was_given_up() throws Exception {
        RedisLog log = open(server.endpoint(), new RedisLimits(Duration.ofSeconds(3), 16 << 20, Duration.ofSeconds(3)));
        server.kill();
        Future<Appended> append = log.append(StreamName.feed("t", "f"), List.of(tick(1)), StreamLog.ANYWHERE);
        assertThrows(LogUnavailable.class, () -> await(append));
        assertTrue(log.outage() != 0);
        server.start();
        while (log.outage() != 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void an_append_that_was_given_up_is_not_stored_behind_a_later_one() throws Exception {
        RedisLog log =
                open(server.endpoint(), new RedisLimits(Duration.ofMillis(900), 16 << 20, Duration.ofSeconds(3)));
        StreamName feed = StreamName.feed("t", "f");
        await(log.append(feed, List.of(tick(1)), StreamLog.ANYWHERE));
        server.freeze(); // what is sent now waits in a socket, and is read when Redis goes on
        Future<Appended> givenUp = log.append(feed, List.of(tick(2)), StreamLog.ANYWHERE);
        assertThrows(LogUnavailable.class, () -> await(givenUp));
        server.thaw();
        await(log.append(feed, List.of(tick(3)), StreamLog.ANYWHERE));
        List<String> kept = await(log.all(feed)).stream()
                .map(entry -> entry.data().toString())
                .toList();
        assertTrue(
                kept.equals(List.of("{\"n\":1}", "{\"n\":2}", "{\"n\":3}"))
                        || kept.equals(List.of("{\"n\":1}", "{\"n\":3}")),
                kept::toString);
    }

    @Test
    void a_connection_that_says_nothing_any_more_is_left_for_another() {
        RedisProxy proxy = await(RedisProxy.before(vertx, server.port()));
        RedisLog log = open(proxy.endpoint(), new RedisLimits(Duration.ofSeconds(3), 16 << 20, Duration.ofSeconds(3)));
        StreamName run = StreamName.run("r");
        await(log.append(run, List.of(tick(1)), 0));
        proxy.silenceOne();
        assertEquals(2, await(log.append(run, List.of(tick(2)), 1)).last().seq());
        assertEquals(StreamLogContract.expected(1, 2), everything(log, run));
    }

    @Test
    void a_master_that_became_a_replica_is_asked_again_until_it_leads() {
        RedisLog log = open(server.endpoint(), PATIENT);
        StreamName run = StreamName.run("r");
        await(log.append(run, List.of(tick(1)), 0));
        server.ask(vertx, "replicaof", "127.0.0.1", 1);
        Future<Appended> append = log.append(run, List.of(tick(2)), 1);
        while (!server.ask(vertx, "info", "errorstats").toString().contains("READONLY")) {
            assertFalse(append.isComplete());
        }
        server.ask(vertx, "replicaof", "no", "one");
        assertEquals(2, await(append).last().seq());
    }

    @Test
    void no_more_waits_for_a_redis_that_is_away_than_may() throws IOException {
        RedisLog log = open(server.endpoint(), new RedisLimits(Duration.ofSeconds(60), 1000, Duration.ofSeconds(3)));
        StreamName feed = StreamName.feed("t", "f");
        Event big = Event.of("big", Buffer.buffer("\"" + "x".repeat(600) + "\""));
        server.kill();
        Future<Appended> first = log.append(feed, List.of(big), StreamLog.ANYWHERE);
        Future<Appended> second = log.append(feed, List.of(big), StreamLog.ANYWHERE);
        assertInstanceOf(LogUnavailable.class, second.cause());
        assertEquals(
                "Redis at 127.0.0.1:" + server.port() + " is too slow or away: 602 bytes wait for it already",
                second.cause().getMessage());
        server.start();
        await(first);
        assertEquals(1, await(log.all(feed)).size());
        await(log.append(feed, List.of(big), StreamLog.ANYWHERE));
    }

    private static List<String> everything(RedisLog log, StreamName stream) {
        return await(log.all(stream)).stream().map(Reader::text).toList();
    }
}
