package dev.millrace.log;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one writer of a stream. It appends with the seq it expects: when the log refuses, somebody else has ended the
 * stream, and this writer is done for good. While one append is in flight the next batch collects, and what can be
 * joined in it is joined, so an idle system adds one round trip to an event and a busy one merges instead of queueing.
 *
 * <p>On one context, its owner's: what the log answers elsewhere is brought back to it.
 */
public final class Appender {

    private final StreamLog log;
    private final StreamName stream;
    private long expectedSeq;
    private List<Event> batch = new ArrayList<>();
    private Promise<Void> stored = Promise.promise();
    private boolean inFlight;
    private boolean ended;
    private @Nullable Throwable broken;

    /** A writer that goes on after {@code expectedSeq}; 0 for a stream that does not exist yet. */
    public Appender(StreamLog log, StreamName stream, long expectedSeq) {
        this.log = log;
        this.stream = stream;
        this.expectedSeq = expectedSeq;
    }

    /**
     * Appends soon, in order.
     *
     * @return done when the event is in the log. Fails with {@link Conflict} when this writer was fenced off, or with
     *     what else the log said; then so does every later append, for a stream must not go on behind a hole
     */
    public Future<Void> append(Event event) {
        if (broken != null) {
            return Future.failedFuture(broken);
        }
        if (ended) {
            // Not for the log to refuse: in one batch with the last word it would take that down with it.
            return Future.failedFuture(new IllegalStateException("nothing follows the last word"));
        }
        ended = event.type().equals(Entry.LAST_WORD);
        Event joined = batch.isEmpty() ? null : batch.get(batch.size() - 1).join(event);
        if (joined == null) {
            batch.add(event);
        } else {
            batch.set(batch.size() - 1, joined);
        }
        Future<Void> done = stored.future();
        if (!inFlight) {
            send();
        }
        return done;
    }

    /** The seq of the last event that is known to be in the log. */
    public long seq() {
        return expectedSeq;
    }

    private void send() {
        List<Event> sending = batch;
        Promise<Void> sent = stored;
        batch = new ArrayList<>();
        stored = Promise.promise();
        inFlight = true;
        Context owner = Vertx.currentContext();
        log.append(stream, sending, expectedSeq).onComplete(result -> {
            if (owner == null || owner == Vertx.currentContext()) {
                settle(sent, result);
            } else {
                owner.runOnContext(ignored -> settle(sent, result));
            }
        });
    }

    private void settle(Promise<Void> sent, AsyncResult<Appended> result) {
        inFlight = false;
        if (result.succeeded()) {
            expectedSeq = result.result().last().seq();
            sent.complete();
        } else {
            broken = result.cause();
            sent.fail(broken);
            stored.fail(broken);
        }
        // Whoever waited for this one may have appended already, and so have sent the batch.
        if (broken == null && !inFlight && !batch.isEmpty()) {
            send();
        }
    }
}
