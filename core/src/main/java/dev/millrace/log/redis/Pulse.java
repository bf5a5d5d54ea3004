package dev.millrace.log.redis;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether Redis still does what is asked of it over one link. On the log's loop. */
final class Pulse {

    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);

    /** When nothing that was asked has been answered for so long, readers are told. A restart may take less. */
    private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final RedisEndpoint endpoint;
    private final Outages outages;
    private long answeredAt;
    private boolean away;

    /** @param now here as everywhere on {@link System#nanoTime} */
    Pulse(RedisEndpoint endpoint, Outages outages, long now) {
        this.endpoint = endpoint;
        this.outages = outages;
        this.answeredAt = now;
    }

    boolean isAway() {
        return away;
    }

    /** Redis has done what was asked, or refused it for good. */
    void answered(long now) {
        answeredAt = now;
        away = false;
        if (outages.ended(this)) {
            LOG.info("Redis at {} answers again", endpoint);
        }
    }

    /**
     * @param oldest what has waited longest for its answer
     * @param trouble what was last known to be wrong
     */
    void judge(@Nullable Call oldest, long now, String trouble) {
        if (oldest != null && now - Math.max(oldest.askedAt, answeredAt) >= AWAY_NANOS) {
            away = true;
            if (outages.began(this)) {
                LOG.warn("Redis at {} does not answer, and readers are told: {}", endpoint, trouble);
            }
        }
    }
}
