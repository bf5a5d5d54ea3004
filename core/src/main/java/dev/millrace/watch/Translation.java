package dev.millrace.watch;

import dev.millrace.event.Encoding;
import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.event.Reading;
import dev.millrace.sse.SseEncoder;
import io.vertx.core.buffer.Buffer;

/**
 * How one reader is told what he reads, in the words of his protocol. Made for one response and used on its loop; what it
 * remembers is the reader's alone.
 */
@FunctionalInterface
public interface Translation {

    /** What is in the log, as it is. An entry keeps its bytes for the next reader; a notice is for this one. */
    Translation NATIVE =
            reading -> reading instanceof Entry entry ? entry.as(Native.ENCODING) : Native.ENCODING.encode(reading);

    /**
     * The bytes to write; none when the protocol has no word for it.
     *
     * @throws RuntimeException when the protocol cannot go on behind it: the response is reset, and the reader begins anew
     */
    Buffer of(Reading reading);

    /** Whether this response ends here, although the stream it tells of goes on. */
    default boolean isOver() {
        return false;
    }

    /** One function for all readers, since an entry keeps its bytes together with what made them. */
    final class Native {

        private static final Encoding ENCODING = reading -> {
            EventId id = reading.id();
            return SseEncoder.event(id == null ? null : id.toString(), reading.type(), reading.data());
        };

        private Native() {}
    }
}
