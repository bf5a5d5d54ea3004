package dev.millrace.chat.dialect;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.event.Notice;
import dev.millrace.event.Reading;
import dev.millrace.event.RunEvent;
import dev.millrace.watch.Translation;
import io.vertx.core.buffer.Buffer;

/**
 * A reader of a run in a protocol that needs the whole run to be understood. He always reads from the first event on; up
 * to the place where he came in, the encoder learns what is open and nothing is written.
 */
public final class Telling implements Translation {

    private final RunEncoder encoder;
    private final EventId joinsAfter;
    private boolean joined;

    /** @param joinsAfter the last event that the reader has; {@link EventId#BEGINNING} for all that there is */
    public Telling(RunEncoder encoder, EventId joinsAfter) {
        this.encoder = encoder;
        this.joinsAfter = joinsAfter;
        this.joined = joinsAfter.equals(EventId.BEGINNING);
    }

    @Override
    public Buffer of(Reading reading) {
        Frames frames = new Frames();
        if (reading instanceof Notice notice) {
            tell(notice, frames);
        } else if (reading instanceof Entry entry) {
            RunEvent.of(entry).ifPresent(event -> tell(entry.id(), event, frames));
        }
        return frames.bytes(reading.id());
    }

    private void tell(EventId id, RunEvent event, Frames frames) {
        if (id.seq() <= joinsAfter.seq()) {
            encoder.tell(event, new Frames());
        }
        if (!joined && id.seq() >= joinsAfter.seq()) {
            joined = true;
            encoder.join(frames);
        }
        if (id.seq() > joinsAfter.seq()) {
            encoder.tell(event, frames);
        }
    }

    /** After a reset all that was said may be wrong, and no protocol of a front end can take it back. */
    private void tell(Notice notice, Frames frames) {
        if (notice.type().equals(Notice.RESET)) {
            throw new IllegalStateException("the log has begun anew, and so must this reader: " + notice.json());
        }
        encoder.tell(notice, frames);
    }

    @Override
    public boolean isOver() {
        return joined && encoder.isOver();
    }
}
