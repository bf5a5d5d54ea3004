package dev.millrace.event;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Something to be appended: it has a type and data, and no place yet. The log gives it one. */
public interface Event {

    /** The SSE event name: printable, without line breaks. */
    String type();

    /** JSON on one line, UTF-8. Nobody changes it after it was handed to a log. */
    Buffer data();

    /**
     * This event and the next as one, where that says the same; null where it does not. Writers use it to merge what
     * collects while an append is in flight, before the log gives any of it a place.
     */
    default @Nullable Event join(Event next) {
        return null;
    }

    /** An event whose data is already JSON text. */
    static Event of(String type, Buffer data) {
        return new Plain(type, data);
    }

    /** The one kind of event that needs no more than its two parts. */
    record Plain(String type, Buffer data) implements Event {}
}
