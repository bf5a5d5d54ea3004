package dev.millrace.log;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.event.Notice;
import java.util.List;
import java.util.Optional;

/**
 * What was read after a position.
 *
 * @param standing what the log knows of that position
 * @param entries what follows it, in order; when the position is not in the log, what follows {@code extent.before()}
 */
public record Page(Standing standing, Extent extent, List<Entry> entries) {

    /** How a position stands to the log it is used on. */
    public enum Standing {
        /** In the log, and the same event. */
        EXACT,
        /** Older than what is kept. */
        BEHIND,
        /** The log holds another event there. */
        FOREIGN,
        /** The log does not reach that far. */
        BEYOND
    }

    /** What a reader who stood at {@code requested} must be told; empty when there is nothing to tell. */
    public Optional<Notice> notice(EventId requested) {
        return switch (standing) {
            case EXACT -> Optional.empty();
            case BEHIND -> Optional.of(Notice.gap(requested, extent.before(), extent.first(), extent.head()));
            case FOREIGN -> Optional.of(reset(Notice.Reason.IDENTITY, requested));
            case BEYOND -> Optional.of(reset(Notice.Reason.BEYOND_HEAD, requested));
        };
    }

    private Notice reset(Notice.Reason reason, EventId requested) {
        return Notice.reset(reason, requested.toString(), extent.first(), extent.head());
    }
}
