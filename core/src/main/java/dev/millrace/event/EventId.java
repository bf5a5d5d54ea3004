package dev.millrace.event;

import java.util.Optional;

/**
 * Where an event stands in its stream, and which event it is: {@code <seq>-<millis>}.
 *
 * <p>{@code seq} is a position, contiguous from 1 in each stream; {@code millis} is the log's clock when it stored the
 * event. Two logs that gave one seq to different events (one forgot its tail in a failover and grew another) differ in
 * {@code millis}, so a reader's place is checked and not only counted. It is the SSE {@code id:}, the
 * {@code Last-Event-ID} and the id of a Redis stream entry, all at once.
 *
 * @param seq 0 or more; 0 is only the position before the first event
 * @param millis milliseconds since the Unix epoch, 0 or more
 */
public record EventId(long seq, long millis) implements Comparable<EventId> {

    /** The position before the first event of any stream. */
    public static final EventId BEGINNING = new EventId(0, 0);

    /** Longest text an id may have: two numbers of 19 digits and the dash between them. */
    private static final int MAX_LENGTH = 39;

    public EventId {
        if (seq < 0 || millis < 0) {
            throw new IllegalArgumentException("an event id has no negative part: " + seq + "-" + millis);
        }
    }

    /**
     * Reads an id as it came from outside: hostile until proven otherwise, so no exception and no work beyond 39
     * characters. Leading zeros, signs and blanks are refused: one event has one name.
     */
    public static Optional<EventId> parse(String text) {
        int length = text.length();
        int dash = text.indexOf('-');
        if (length > MAX_LENGTH || dash < 1 || dash == length - 1) {
            return Optional.empty();
        }
        long seq = number(text, 0, dash);
        long millis = number(text, dash + 1, length);
        return seq < 0 || millis < 0 ? Optional.empty() : Optional.of(new EventId(seq, millis));
    }

    /** The digits of {@code text[from, to)} as a number, or -1 when they are none or too many for a long. */
    private static long number(String text, int from, int to) {
        if (to - from > 19 || (text.charAt(from) == '0' && to - from > 1)) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
            if (value < 0) {
                return -1; // 19 digits can pass the end of a long, once
            }
        }
        return value;
    }

    /** Orders by position; the identity only breaks ties, so that the order agrees with {@code equals}. */
    @Override
    public int compareTo(EventId other) {
        int bySeq = Long.compare(seq, other.seq);
        return bySeq != 0 ? bySeq : Long.compare(millis, other.millis);
    }

    @Override
    public String toString() {
        return seq + "-" + millis;
    }
}
