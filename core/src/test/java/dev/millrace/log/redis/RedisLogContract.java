package dev.millrace.log.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.event.EventId;
import dev.millrace.log.Doorbell;
import dev.millrace.log.Extent;
import dev.millrace.log.Retention;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamLogContract;
import dev.millrace.log.StreamName;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract on a real Redis, whose clock cannot be moved: so the log's is moved ahead of it, and expiry nearer. */
abstract class RedisLogContract extends StreamLogContract {

    private final AtomicLong ahead = new AtomicLong();

    abstract RedisServer server();

    @Override
    protected StreamLog open(Vertx vertx, Map<StreamName.Kind, Retention> retention) {
        return await(RedisLog.open(
                vertx, server().endpoint(), RedisLimits.DEFAULTS, retention, Doorbell.SILENT, ahead::get));
    }

    /** Before its Vert.x, or it would take the end of its connections for a loss. */
    @AfterEach
    void closeLog() {
        await(((RedisLog) log).close());
    }

    @Override
    protected void pass(Duration time) {
        ahead.addAndGet(time.toMillis());
        for (StreamName stream : List.of(run, feed)) {
            Keys keys = Keys.of(server().endpoint().prefix(), stream);
            for (String key : List.of(keys.stream(), keys.ledger())) {
                Response left = server().ask(vertx, "pttl", key);
                if (left.toLong() > 0) {
                    server().ask(vertx, "pexpire", key, left.toLong() - time.toMillis());
                }
            }
        }
    }

    @Test
    void a_clock_that_was_set_back_makes_no_event_older_than_the_one_before_it() {
        ahead.set(60_000);
        EventId first = append(run, 1).last();
        ahead.set(0);
        EventId second = append(run, 2).last();
        assertEquals(new EventId(2, first.millis()), second);
        assertEquals(second, await(log.locate(run, first.millis() + 1)));
    }

    @Test
    void the_count_of_bytes_stays_right_while_events_come_and_go() {
        for (int n = 1; n <= 250; n += 50) {
            append(feed, IntStream.range(n, n + 50).toArray());
        }
        long expected = IntStream.rangeClosed(151, 250)
                .map(n -> "tick".length() + ("{\"n\":" + n + "}").length() + 64)
                .sum();
        assertEquals(expected, await(log.head(feed)).bytes());
    }

    @Test
    void a_stream_to_expire_later_is_not_kept_longer_by_what_is_appended_until_then() {
        append(run, 1);
        await(log.expire(run, Duration.ofMinutes(10)));
        pass(Duration.ofMinutes(9));
        append(run, 2);
        pass(Duration.ofMinutes(2));
        assertEquals(Extent.EMPTY, await(log.head(run)));
    }
}
