package dev.millrace.log;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import java.util.List;

/**
 * Told of entries that now stand in a log, right after {@code previous}. A log rings one for what this process appended,
 * to carry it to the others, and is one for what the others appended. Rings may be lost, doubled or late: the log
 * compares its windows with the truth now and then.
 *
 * <p>Rung on the log's loop, for each stream in the order of the log: it must neither block nor throw.
 */
@FunctionalInterface
public interface Doorbell {

    /** For a log that nobody else reads, or whose other readers wait for the next comparison. */
    Doorbell SILENT = (stream, previous, entries) -> {};

    void ring(StreamName stream, EventId previous, List<Entry> entries);

    /** This process has a first reader of the stream. Like all of these it must neither block nor throw. */
    default void opened(StreamName stream) {}

    /** The last reader of the stream has left this process. */
    default void closed(StreamName stream) {}

    /** How many other processes have said that they read the stream. */
    default int listeners(StreamName stream) {
        return 0;
    }
}
