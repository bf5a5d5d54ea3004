package dev.millrace.event;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A word from the reader's own tail, in no log: something was lost, or the reader's place is not of this log. It has no
 * id, so that a reader cut off right after it comes back with its old place and is told again.
 *
 * @param type {@code gap} or {@code reset}
 * @param json what is known of it, the same that a 409 says to who asked for {@code on_gap=fail}
 */
public record Notice(String type, JsonObject json) implements Reading {

    public static final String GAP = "gap";
    public static final String RESET = "reset";

    /** Why a place is not of this log. */
    public enum Reason {
        /** The position holds another event than the reader saw there. */
        IDENTITY,
        /** The log is shorter than what the reader saw. */
        BEYOND_HEAD,
        /** The id is no id. */
        MALFORMED;

        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * Events were lost to retention.
     *
     * @param before the last event that is no longer kept; reading goes on right after it
     */
    public static Notice gap(EventId requested, EventId before, EventId first, EventId head) {
        return new Notice(
                GAP,
                new JsonObject()
                        .put("requested", requested.toString())
                        .put("first", first.toString())
                        .put("head", head.toString())
                        .put("lost", before.seq() - requested.seq()));
    }

    public static Notice reset(Reason reason, String requested, EventId first, EventId head) {
        return new Notice(
                RESET,
                new JsonObject()
                        .put("reason", reason.text())
                        .put("requested", requested)
                        .put("first", first.toString())
                        .put("head", head.toString()));
    }

    @Override
    public @Nullable EventId id() {
        return null;
    }

    @Override
    public Buffer data() {
        return json.toBuffer();
    }
}
