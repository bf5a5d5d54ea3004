package dev.millrace.log;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import org.jspecify.annotations.Nullable;

/**
 * What a log holds of a stream.
 *
 * @param before the last event that is no longer kept; {@code 0-0} when nothing was dropped. Reading after it gives the
 *     oldest kept event
 * @param head the newest event; equal to {@code before} when nothing is kept
 * @param first the oldest kept event; {@code before} when nothing is kept
 * @param lastWord the head, when nothing can follow it; null while the stream goes on
 * @param events how many are kept
 * @param bytes their weight
 */
public record Extent(
        EventId before,
        EventId head,
        EventId first,
        @Nullable Entry lastWord,
        long events,
        long bytes) {

    /** A stream that nothing was ever appended to. */
    public static final Extent EMPTY = new Extent(EventId.BEGINNING, EventId.BEGINNING, EventId.BEGINNING, null, 0, 0);

    /** Whether the stream has had its last word. */
    public boolean closed() {
        return lastWord != null;
    }

    /** Whether the stream exists: something was appended to it, and it was not erased since. */
    public boolean exists() {
        return head.seq() > 0;
    }
}
