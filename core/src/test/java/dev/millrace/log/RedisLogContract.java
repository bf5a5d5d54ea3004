package dev.millrace.log;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;

/** The contract on a real Redis, whose clock cannot be moved: so the log's is moved ahead of it, and expiry nearer. */
abstract class RedisLogContract extends StreamLogContract {

    private final AtomicLong ahead = new AtomicLong();

    abstract RedisServer server();

    @Override
    StreamLog open(Vertx vertx, Map<StreamName.Kind, Retention> retention) {
        return await(RedisLog.open(
                vertx, server().endpoint(), RedisLimits.DEFAULTS, retention, Doorbell.SILENT, ahead::get));
    }

    /** Before its Vert.x, or it would take the end of its connections for a loss. */
    @AfterEach
    void closeLog() {
        await(((RedisLog) log).close());
    }

    @Override
    void pass(Duration time) {
        ahead.addAndGet(time.toMillis());
        for (StreamName stream : List.of(run, feed)) {
            RedisKeys keys = RedisKeys.of(server().endpoint().prefix(), stream);
            for (String key : List.of(keys.stream(), keys.ledger())) {
                Response left = server().ask(vertx, "pttl", key);
                if (left.toLong() > 0) {
                    server().ask(vertx, "pexpire", key, left.toLong() - time.toMillis());
                }
            }
        }
    }
}
