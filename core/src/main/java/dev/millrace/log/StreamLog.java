package dev.millrace.log;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Streams of events, each numbered without gap from 1 by the log itself. Everything that happens is appended here, and
 * every reader is a position in it. Safe to call from any thread; futures complete on any thread.
 *
 * <p>{@code StreamLogContract} in the tests says the same in sentences, and every implementation passes it.
 */
public interface StreamLog {

    /** For an append that may land wherever the head is. */
    long ANYWHERE = -1;

    /** How many events are worth one round trip. */
    int PAGE = 256;

    /**
     * Stores the events in order, in one step, right after the head.
     *
     * @param expectedSeq the seq the head must have, or {@link #ANYWHERE}
     * @return fails with {@link Conflict} when the head is elsewhere or the stream has had its last word, with
     *     {@link LogFull} when there is no room; nothing is stored then
     */
    Future<Appended> append(StreamName stream, List<? extends Event> events, long expectedSeq);

    /**
     * What follows a position, at most {@code limit} events. A stream that does not exist reads as {@link Extent#EMPTY}.
     */
    Future<Page> read(StreamName stream, EventId after, int limit);

    /** Everything that is kept of a stream, for streams that are state and not history: a conversation, a shelf. */
    default Future<List<Entry>> all(StreamName stream) {
        return head(stream).compose(extent -> pages(stream, extent.before(), new ArrayList<>()));
    }

    private Future<List<Entry>> pages(StreamName stream, EventId after, List<Entry> sofar) {
        return read(stream, after, PAGE).compose(page -> {
            sofar.addAll(page.entries());
            return page.entries().size() < PAGE
                    ? Future.succeededFuture(sofar)
                    : pages(stream, sofar.get(sofar.size() - 1).id(), sofar);
        });
    }

    /** What is kept of a stream; {@link Extent#EMPTY} when it does not exist. */
    Future<Extent> head(StreamName stream);

    /** The position before the first kept event that was stored at {@code millis} or later; the head when none was. */
    Future<EventId> locate(StreamName stream, long millis);

    /**
     * A reader right after a position, on the caller's context. It begins to read when it has a handler, and must be
     * closed or read to its end.
     */
    Tail tail(StreamName stream, EventId after);

    /** Drops the stream once {@code after} has passed: at once when it is zero. Its readers end with {@link StreamGone}. */
    Future<Void> expire(StreamName stream, Duration after);

    /** How much is kept of streams of a kind. */
    default Retention retention(StreamName.Kind kind) {
        return Objects.requireNonNull(Retention.DEFAULTS.get(kind));
    }

    /**
     * The outage that the log is in: 0 while it answers, else a number that no earlier outage had. One that lasts less
     * than a moment is none.
     */
    default int outage() {
        return 0;
    }

    /** How many tails of this process stand in the stream, and how many other processes say that they read it. */
    int readers(StreamName stream);
}
