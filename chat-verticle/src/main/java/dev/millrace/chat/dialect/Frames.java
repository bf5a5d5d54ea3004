package dev.millrace.chat.dialect;

import dev.millrace.event.EventId;
import dev.millrace.sse.SseEncoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one event of a run comes to in a protocol: some frames, or none. */
public final class Frames {

    private final List<Buffer> frames = new ArrayList<>();

    public Frames add(JsonObject frame) {
        frames.add(frame.toBuffer());
        return this;
    }

    /** A frame that is no JSON. @param text one line */
    public Frames add(String text) {
        frames.add(Buffer.buffer(text));
        return this;
    }

    /**
     * The frames as bytes.
     *
     * @param id of the event, null when they are of none; it stands in the last frame, so whoever is cut off between two is told all of them again
     */
    public Buffer bytes(@Nullable EventId id) {
        Buffer bytes = Buffer.buffer();
        for (int i = 0; i < frames.size(); i++) {
            boolean last = i == frames.size() - 1;
            bytes.appendBuffer(SseEncoder.data(last && id != null ? id.toString() : null, frames.get(i)));
        }
        return bytes;
    }
}
