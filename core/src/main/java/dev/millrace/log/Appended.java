package dev.millrace.log;

import dev.millrace.event.EventId;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What an append came to: the events stand right after {@code previous} and end with {@code last}.
 *
 * @param previous the head before
 * @param last the head now
 */
public record Appended(EventId previous, EventId last) {

    /** The ids given, in order. One append has one instant. */
    public List<EventId> ids() {
        return LongStream.rangeClosed(previous.seq() + 1, last.seq())
                .mapToObj(seq -> new EventId(seq, last.millis()))
                .toList();
    }
}
