package dev.millrace.log.redis;

import static dev.millrace.log.StreamLogContract.await;
import static dev.millrace.log.StreamLogContract.done;
import static dev.millrace.log.StreamLogContract.expected;
import static dev.millrace.log.StreamLogContract.tick;
import static dev.millrace.log.StreamLogContract.ticks;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.EventId;
import dev.millrace.log.Appended;
import dev.millrace.log.Doorbell;
import dev.millrace.log.Reader;
import dev.millrace.log.StreamGone;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several processes on one Redis, each with its own windows; and a Redis that forgets. */
@Timeout(60)
class NodesTest {

    @RegisterExtension
    static final RedisServer SERVER = RedisServer.given();

    private static final RedisLimits OFTEN = limits(Duration.ofMillis(20));
    private static final RedisLimits NEVER = limits(Duration.ofDays(1));

    private final Vertx vertx = Vertx.vertx();
    private final List<RedisLog> opened = new ArrayList<>();
    private final StreamName run = StreamName.run(UUID.randomUUID().toString());

    private static RedisLimits limits(Duration comparing) {
        return new RedisLimits(Duration.ofSeconds(30), 16 << 20, comparing);
    }

    @AfterEach
    void close() {
        opened.forEach(log -> await(log.close()));
        await(vertx.close());
    }

    private RedisLog open(RedisEndpoint endpoint, RedisLimits limits, Doorbell bell) {
        RedisLog log = await(RedisLog.open(vertx, endpoint, limits, Map.of(), bell));
        opened.add(log);
        return log;
    }

    private RedisLog open(RedisLimits limits) {
        return open(SERVER.endpoint(), limits, Doorbell.SILENT);
    }

    @Test
    void what_one_process_appends_the_readers_of_the_other_hear_of_by_comparison() {
        RedisLog one = open(OFTEN);
        RedisLog other = open(OFTEN);
        Reader reader = new Reader(other.tail(run, EventId.BEGINNING));
        for (int n = 1; n <= 20; n++) {
            await((n % 3 == 0 ? other : one).append(run, ticks(n), n - 1)); // also between its own
            assertEquals(expected(1, n), await(reader.has(n)));
        }
        await(one.append(run, List.of(done()), 20));
        assertEquals(21, await(reader.ended()).size());
        assertEquals(0, other.windows());
    }

    @Test
    void what_is_rung_from_outside_is_heard_at_once_and_without_a_look_at_the_log() {
        RedisLog[] other = new RedisLog[1];
        RedisLog one =
                open(SERVER.endpoint(), NEVER, (stream, previous, entries) -> other[0].ring(stream, previous, entries));
        other[0] = open(NEVER);
        await(one.append(run, ticks(1), 0));
        Reader reader = new Reader(other[0].tail(run, EventId.BEGINNING));
        await(reader.has(1));
        settle(other[0]);
        long before = scriptsRun();
        for (int n = 2; n <= 50; n++) {
            await(one.append(run, ticks(n), n - 1));
        }
        assertEquals(expected(1, 50), await(reader.has(50)));
        assertEquals(49, scriptsRun() - before, "the appends, and no read");
        reader.tail.close();
    }

    @Test
    void a_lost_doorbell_is_made_good_by_a_comparison_that_is_asked_for() {
        RedisLog one = open(NEVER);
        RedisLog other = open(NEVER);
        await(other.append(run, ticks(1), 0));
        Reader reader = new Reader(other.tail(run, EventId.BEGINNING));
        await(reader.has(1));
        await(other.append(run, ticks(2), 1));
        await(reader.has(2)); // now the window knows where it ends
        await(one.append(run, ticks(3), 2));
        await(other.compare());
        assertEquals(expected(1, 3), await(reader.has(3)));
        await(other.append(run, ticks(4), 3));
        assertEquals(expected(1, 4), await(reader.has(4)));
        reader.tail.close();
    }

    @Test
    void readers_hear_that_a_stream_is_gone_which_another_process_erased() {
        RedisLog one = open(NEVER);
        RedisLog other = open(NEVER);
        await(one.append(run, ticks(1), 0));
        Reader reader = new Reader(other.tail(run, EventId.BEGINNING));
        await(reader.has(1));
        Reader waiting = new Reader(other.tail(StreamName.run("not yet"), EventId.BEGINNING));
        await(one.expire(run, Duration.ZERO));
        await(other.compare());
        assertInstanceOf(StreamGone.class, await(reader.failed()));
        assertEquals(1, reader.seen().size());
        assertTrue(!waiting.isOver());
        waiting.tail.close();
    }

    @Test
    void a_thousand_readers_that_want_the_same_page_at_once_cost_one_read() {
        RedisLog log = open(NEVER);
        await(log.append(run, List.of(tick(1), tick(2), done()), 0));
        Context loop = ((VertxInternal) vertx).createEventLoopContext();
        long before = scriptsRun();
        Promise<List<Reader>> made = Promise.promise();
        loop.runOnContext(go -> made.complete(IntStream.range(0, 1000)
                .mapToObj(i -> new Reader(log.tail(run, EventId.BEGINNING)))
                .toList()));
        List<Reader> readers = await(made.future());
        for (Reader reader : readers) {
            assertEquals(3, await(reader.ended()).size());
        }
        assertEquals(1, scriptsRun() - before);
    }

    @Test
    void appends_to_many_streams_go_out_one_behind_the_other_and_all_come_back() {
        RedisLog log = open(NEVER);
        List<Future<Appended>> all = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            all.add(log.append(StreamName.run(run.id() + i), ticks(1), 0));
        }
        all.forEach(one -> assertEquals(1, await(one).last().seq()));
    }

    @Test
    void appends_to_one_feed_that_come_at_once_go_together() {
        RedisLog log = open(NEVER);
        long before = scriptsRun();
        List<Future<Appended>> all = IntStream.rangeClosed(1, 2000)
                .mapToObj(n -> log.append(run, ticks(n), StreamLog.ANYWHERE))
                .toList();
        for (int n = 1; n <= 2000; n++) {
            assertEquals(n, await(all.get(n - 1)).last().seq());
        }
        long asked = scriptsRun() - before;
        assertTrue(asked < 1000, () -> asked + " scripts for 2000 appends");
        assertEquals(2000, await(log.all(run)).size());
    }

    @Test
    void writers_that_came_and_went_do_not_stay_in_the_ledger_for_ever() {
        RedisLog log = open(NEVER);
        await(log.append(run, ticks(1), 0));
        String ledger = Keys.of("millrace", run).ledger();
        for (int i = 0; i < 30; i++) {
            SERVER.ask(vertx, "hset", ledger, "w:gone" + i, "1 0-0 1-1000");
        }
        await(open(NEVER).append(run, ticks(2), 1));
        assertEquals(4, SERVER.ask(vertx, "hlen", ledger).toLong(), "before, bytes, and two writers");
    }

    @Test
    void a_ledger_that_was_lost_is_made_up_as_far_as_the_stream_can_say() {
        RedisLog log = open(NEVER);
        await(log.append(run, ticks(1, 2), 0));
        SERVER.ask(vertx, "del", Keys.of("millrace", run).ledger());
        assertEquals(EventId.BEGINNING, await(log.head(run)).before());
        await(log.append(run, ticks(3), 2));
        assertEquals(3, await(log.all(run)).size());
    }

    @Test
    void readers_of_a_tail_that_a_failover_forgot_are_reset_live_and_returning() throws Exception {
        try (RedisServer master = RedisServer.started();
                RedisServer replica = RedisServer.started("--replicaof", "127.0.0.1 " + master.port())) {
            RedisProxy proxy = await(RedisProxy.before(vertx, master.port()));
            RedisLog log = open(proxy.endpoint(), NEVER, Doorbell.SILENT);
            await(log.append(run, ticks(1, 2, 3), 0));
            assertEquals(1, master.ask(vertx, "wait", 1, 30_000).toLong(), "the replica has it");
            Reader live = new Reader(log.tail(run, EventId.BEGINNING));
            await(live.has(3));
            replica.ask(vertx, "replicaof", "no", "one");
            EventId forgotten = await(log.append(run, ticks(4, 5), 3)).last();
            await(live.has(5));
            master.kill();
            proxy.leadTo(replica.port());
            await(log.compare());
            List<String> told = await(live.has(9));
            assertTrue(
                    told.get(5).startsWith("reset {\"reason\":\"beyond_head\",\"requested\":\"" + forgotten),
                    told.get(5));
            assertEquals(expected(1, 3), told.subList(6, 9));

            EventId grown = await(log.append(run, ticks(4, 5, 6), 3)).last();
            assertEquals(expected(4, 6), await(live.has(12)).subList(9, 12));
            assertEquals(6, grown.seq());
            Reader returning = new Reader(log.tail(run, forgotten));
            told = await(returning.has(7));
            assertTrue(
                    told.get(0).startsWith("reset {\"reason\":\"identity\",\"requested\":\"" + forgotten), told.get(0));
            assertEquals(expected(1, 6), told.subList(1, 7));
            live.tail.close();
            returning.tail.close();
        }
    }

    @Test
    void a_log_that_grew_another_tail_before_anybody_compared_resets_its_readers_with_the_next_append()
            throws Exception {
        try (RedisServer master = RedisServer.started();
                RedisServer replica = RedisServer.started("--replicaof", "127.0.0.1 " + master.port())) {
            RedisProxy proxy = await(RedisProxy.before(vertx, master.port()));
            RedisLog log = open(proxy.endpoint(), NEVER, Doorbell.SILENT);
            await(log.append(run, ticks(1), 0));
            master.ask(vertx, "wait", 1, 30_000);
            replica.ask(vertx, "replicaof", "no", "one");
            Reader live = new Reader(log.tail(run, EventId.BEGINNING));
            await(log.append(run, ticks(2, 3), 1));
            await(live.has(3));
            master.kill();
            proxy.leadTo(replica.port());
            await(log.append(run, ticks(2, 3, 4), StreamLog.ANYWHERE));
            List<String> told = await(live.has(8));
            assertTrue(told.get(3).startsWith("reset {\"reason\":\"identity\""), told.get(3));
            assertEquals(expected(1, 4), told.subList(4, 8));
            live.tail.close();
        }
    }

    /** Lets the readers of a log find that there is nothing more. */
    private void settle(RedisLog log) {
        await(log.read(run, EventId.BEGINNING, 1));
        await(log.read(run, EventId.BEGINNING, 1));
    }

    private static long scriptsRun() {
        Vertx own = Vertx.vertx();
        try {
            return SERVER.ask(own, "info", "commandstats")
                    .toString()
                    .lines()
                    .filter(line -> line.startsWith("cmdstat_eval"))
                    .mapToLong(line -> Long.parseLong(line.replaceFirst("[^=]*=(\\d+).*", "$1")))
                    .sum();
        } finally {
            await(own.close());
        }
    }
}
