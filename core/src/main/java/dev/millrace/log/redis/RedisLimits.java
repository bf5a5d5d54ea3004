package dev.millrace.log.redis;

import java.time.Duration;

/**
 * How long and how much a log waits for its Redis.
 *
 * @param patience how long an append or a read is tried while Redis is away or silent, less than an hour
 * @param waitingBytes how much may wait to be appended, at least 1
 * @param comparing how often the windows are compared with the heads in Redis
 */
public record RedisLimits(Duration patience, long waitingBytes, Duration comparing) {

    public static final RedisLimits DEFAULTS = new RedisLimits(Duration.ofSeconds(30), 16 << 20, Duration.ofSeconds(3));

    public RedisLimits {
        // The script remembers a writer's last append for an hour.
        if (patience.isNegative() || patience.isZero() || patience.compareTo(Duration.ofHours(1)) >= 0) {
            throw new IllegalArgumentException("the patience with Redis is more than nothing and less than an hour");
        }
        if (waitingBytes < 1 || comparing.toMillis() < 1) {
            throw new IllegalArgumentException("at least one byte may wait, and a comparison takes a millisecond");
        }
    }
}
