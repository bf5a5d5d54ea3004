package dev.millrace.feed;

import dev.millrace.event.EventId;
import dev.millrace.log.Appended;
import dev.millrace.log.Conflict;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Refusal;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Appends events to one feed, each source and id once, whoever else does the same on other nodes and whenever one of
 * them dies.
 *
 * <p>Each event has a stream of its own, its claim, whose newest entry says after which head of the feed the event may be
 * appended; and it is only ever appended with that head as the expected seq. At most one append with an expected seq
 * succeeds in the life of a feed, so once the feed has grown beyond a claimed place, every attempt there has been
 * decided, also those of nodes that died or sleep: the event is in that append, or will never stand there. Only then
 * may the claim name another place. So no event is there twice; and who comes after a dead publisher finds its event
 * or appends it, without waiting for anything.
 *
 * <p>The price is an append of its own for each event, and that of many nodes that publish to one feed one succeeds at a
 * time. Each node therefore collects while an append is in flight.
 *
 * <p>Safe from any thread.
 */
final class FeedWriter {

    /** Most events of one append: also how far behind a claimed place an event can stand, and one page of a read. */
    static final int MAX_EVENTS = StreamLog.PAGE;

    /** Most bytes of one append, unless one event has more. */
    private static final int MAX_BYTES = 1 << 20;

    /** Most bytes that wait: a publisher that is faster than the log is told so, before the heap is. */
    private static final long MAX_WAITING_BYTES = 32 << 20;

    /** After so many lost races an attempt is given up; the claims stay good for the next. */
    private static final int MAX_ATTEMPTS = 100;

    private final StreamLog log;
    private final FeedName feed;
    private final StreamName stream;
    private final Runnable idle;

    // Under the lock:
    private final Deque<Publication> waiting = new ArrayDeque<>();
    private final Map<StreamName, Publication> underWay = new HashMap<>();
    private long waitingBytes;
    private boolean writing;

    /** @param idle told, on any thread, when there is nothing to write */
    FeedWriter(StreamLog log, FeedName feed, Runnable idle) {
        this.log = log;
        this.feed = feed;
        this.stream = feed.stream();
        this.idle = idle;
    }

    /** Takes the events in; {@link #write} writes them. */
    synchronized List<Future<Published>> take(List<CloudEvent> events) {
        List<Future<Published>> outcomes = new ArrayList<>(events.size());
        events.forEach(event -> outcomes.add(take(event)));
        return outcomes;
    }

    private Future<Published> take(CloudEvent event) {
        Publication mine = new Publication(log, feed, event);
        Publication same = underWay.get(mine.claim());
        if (same != null) {
            return same.outcome().map(first -> new Published(first.id(), true));
        }
        if (waitingBytes + event.data().length() > MAX_WAITING_BYTES) {
            return Future.failedFuture(busy());
        }
        underWay.put(mine.claim(), mine);
        waitingBytes += event.data().length();
        waiting.add(mine);
        return mine.outcome().onComplete(done -> {
            leave(mine);
            rest();
        });
    }

    private synchronized void leave(Publication done) {
        underWay.remove(done.claim());
        waitingBytes -= done.event().data().length();
    }

    synchronized boolean isIdle() {
        return !writing && underWay.isEmpty();
    }

    /** Writes what waits, unless that is being done. A log that answers at once is written to in a loop, not deeper and deeper. */
    void write() {
        for (List<Publication> batch = next(); batch != null; batch = next()) {
            Future<Void> written = attempt(batch, 1);
            if (!written.isComplete()) {
                written.onComplete(done -> {
                    stop();
                    write();
                });
                return;
            }
            stop();
        }
        rest();
    }

    /** The last record of a batch may come long after the batch was written. */
    private void rest() {
        if (isIdle()) {
            idle.run();
        }
    }

    private synchronized @Nullable List<Publication> next() {
        if (writing || waiting.isEmpty()) {
            return null;
        }
        writing = true;
        List<Publication> batch = new ArrayList<>();
        long bytes = 0;
        while (!waiting.isEmpty() && batch.size() < MAX_EVENTS) {
            bytes += waiting.element().event().data().length();
            if (bytes > MAX_BYTES && !batch.isEmpty()) {
                break;
            }
            batch.add(waiting.remove());
        }
        return batch;
    }

    private synchronized void stop() {
        writing = false;
    }

    /** Never fails: what fails are the events. */
    private Future<Void> attempt(List<Publication> batch, int number) {
        List<Publication> open =
                batch.stream().filter(event -> !event.isSettled()).toList();
        if (open.isEmpty()) {
            return Future.succeededFuture();
        }
        if (number > MAX_ATTEMPTS) {
            open.forEach(event -> event.fail(busy()));
            return Future.succeededFuture();
        }
        return log.head(stream)
                .compose(extent -> aim(open, extent.head()))
                .compose(head -> append(open, head))
                .recover(cause -> {
                    open.stream().filter(event -> !event.isSettled()).forEach(event -> event.fail(cause));
                    return Future.succeededFuture();
                })
                .compose(done -> attempt(open, number + 1));
    }

    /** Points every event at one head; one whose own log calls fail, fails alone. */
    private Future<EventId> aim(List<Publication> open, EventId head) {
        Scan scan = new Scan(log, stream);
        Function<Publication, Future<Void>> aim =
                event -> event.aim(head, scan).onFailure(event::fail).otherwiseEmpty();
        return Future.all(open.stream().map(aim).toList()).map(head);
    }

    private Future<Void> append(List<Publication> open, EventId head) {
        List<Publication> aimed =
                open.stream().filter(event -> event.mayFollow(head)).toList();
        if (aimed.isEmpty()) {
            return Future.succeededFuture();
        }
        List<CloudEvent> events = aimed.stream().map(Publication::event).toList();
        return log.append(stream, events, head.seq())
                .<Void>map(appended -> record(aimed, appended))
                .recover(cause -> cause instanceof Conflict ? Future.succeededFuture() : Future.failedFuture(cause));
    }

    /** Not waited for: the next batch need not stand behind the records of this one. */
    private static @Nullable Void record(List<Publication> aimed, Appended appended) {
        List<EventId> ids = appended.ids();
        for (int i = 0; i < ids.size(); i++) {
            aimed.get(i).record(ids.get(i), false);
        }
        return null;
    }

    private static Refusal busy() {
        return new Refusal(
                503, "feed_busy", "More is being published to this feed than it takes; try again in a moment.");
    }
}
