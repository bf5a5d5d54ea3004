package dev.millrace.event;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** What a reader of a stream gets: an entry of the log, or a notice that its place in the log was not what it thought. */
public sealed interface Reading permits Entry, Notice {

    /** Where the reader stands after this; null when it moves nobody. */
    @Nullable
    EventId id();

    String type();

    /** JSON on one line. */
    Buffer data();
}
