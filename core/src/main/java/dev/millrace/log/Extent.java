package dev.millrace.log;

import dev.millrace.event.EventId;

/**
 * What a log holds of a stream.
 *
 * @param before the last event that is no longer kept; {@code 0-0} when nothing was dropped. Reading after it gives the
 *     oldest kept event
 * @param head the newest event; equal to {@code before} when nothing is kept
 * @param closed whether the head is the stream's last word
 * @param events how many are kept
 * @param bytes their weight
 */
public record Extent(EventId before, EventId head, EventId first, boolean closed, long events, long bytes) {

    /** A stream that nothing was ever appended to. */
    public static final Extent EMPTY = new Extent(EventId.BEGINNING, EventId.BEGINNING, EventId.BEGINNING, false, 0, 0);
}
