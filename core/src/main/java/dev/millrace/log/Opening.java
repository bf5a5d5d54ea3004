package dev.millrace.log;

import dev.millrace.event.EventId;
import dev.millrace.event.Notice;
import java.util.Optional;

/**
 * Where a reader really begins.
 *
 * @param position the place to read after
 * @param notice what the reader must be told before the first event
 * @param extent what the log held at that moment
 */
public record Opening(EventId position, Optional<Notice> notice, Extent extent) {

    /** After a reset, what comes from now on; a gap changes nothing. */
    public Opening liveAfterReset() {
        boolean reset = notice.filter(said -> said.type().equals(Notice.RESET)).isPresent();
        return reset ? new Opening(extent.head(), notice, extent) : this;
    }
}
