package dev.millrace.event;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A word to one reader, in no log: something was lost, the reader's place is not of this log, or the stream is about to
 * end. It has no id, so that a reader cut off right after it comes back with its old place and is told again. Its type has
 * no dot, so no event of a feed can be taken for it.
 *
 * @param type {@code gap}, {@code reset}, {@code warning} or, on a feed, {@code expiring}
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

    /** Something to know for the reader of a run. @param json with {@code code} and {@code message} */
    public static Notice warning(JsonObject json) {
        return new Notice(RunEvent.Warning.TYPE, json);
    }

    /** The token of a feed's reader is about to end. */
    public static Notice expiring(JsonObject json) {
        return new Notice("expiring", json);
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
