package dev.millrace.feed;

import dev.millrace.log.Appended;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events that nobody waits for, on their way to one feed: one append in flight, the next collects meanwhile. Bounded, so
 * that a log that is away costs events and not the heap.
 */
final class Outbox {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private static final int MAX_WAITING = 10_000;

    private final StreamLog log;
    private final StreamName feed;

    // Under the lock:
    private List<CloudEvent> waiting = new ArrayList<>();
    private boolean writing;
    private long dropped;

    Outbox(StreamLog log, StreamName feed) {
        this.log = log;
        this.feed = feed;
    }

    void put(CloudEvent event) {
        synchronized (this) {
            if (waiting.size() < MAX_WAITING) {
                waiting.add(event);
            } else {
                dropped++;
            }
        }
        write();
    }

    /** In a loop while the log answers at once, as {@link FeedWriter} does. */
    private void write() {
        for (List<CloudEvent> batch = next(); batch != null; batch = next()) {
            int size = batch.size();
            Future<Appended> written = log.append(feed, batch, StreamLog.ANYWHERE);
            if (!written.isComplete()) {
                written.onComplete(done -> {
                    stop(size, done.cause());
                    write();
                });
                return;
            }
            stop(size, written.cause());
        }
    }

    private synchronized @Nullable List<CloudEvent> next() {
        if (writing || waiting.isEmpty()) {
            return null;
        }
        writing = true;
        List<CloudEvent> batch = waiting;
        if (batch.size() <= StreamLog.PAGE) {
            waiting = new ArrayList<>();
            return batch;
        }
        waiting = new ArrayList<>(batch.subList(StreamLog.PAGE, batch.size()));
        return List.copyOf(batch.subList(0, StreamLog.PAGE));
    }

    private void stop(int size, @Nullable Throwable cause) {
        long lost;
        synchronized (this) {
            writing = false;
            lost = dropped + (cause == null ? 0 : size);
            dropped = 0;
        }
        if (lost > 0) {
            LOG.warn("{} happenings were not told: {}", lost, cause == null ? "too many waited" : cause.getMessage());
        }
    }
}
