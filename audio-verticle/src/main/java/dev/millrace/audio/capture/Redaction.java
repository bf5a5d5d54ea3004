package dev.millrace.audio.capture;

import dev.millrace.audio.wire.FrameHeader;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;

/** What a capture does not keep. Tokens are never kept. */
public enum Redaction {
    /** Everything else is. */
    NONE,
    /** Each letter and digit of what was said and answered is an x. */
    TEXT,
    /** There is no sound: of a sequenced frame its header is kept, and of a raw one nothing. It cannot be replayed. */
    AUDIO,
    /** Neither words nor sound. */
    ALL;

    private static final Set<String> TEXTS = Set.of("text", "spoken_text", "unspoken_text", "heard_text");
    private static final Set<String> SECRETS = Set.of("token", "resume_token");

    Buffer text(String message) {
        try {
            JsonObject json = new JsonObject(message);
            clean(json);
            return json.toBuffer();
        } catch (DecodeException e) {
            return Buffer.buffer("{}"); // it was no message, and may hold anything
        }
    }

    private void clean(JsonObject json) {
        for (Map.Entry<String, Object> field : json) {
            Object value = field.getValue();
            if (value instanceof JsonObject inner) {
                clean(inner);
            } else if (value instanceof JsonArray array) {
                array.stream()
                        .filter(JsonObject.class::isInstance)
                        .map(JsonObject.class::cast)
                        .forEach(this::clean);
            } else if (value instanceof String text && SECRETS.contains(field.getKey())) {
                json.put(field.getKey(), "x".repeat(Math.min(8, text.length())));
            } else if (value instanceof String text
                    && (this == TEXT || this == ALL)
                    && TEXTS.contains(field.getKey())) {
                json.put(field.getKey(), text.replaceAll("[\\p{L}\\p{N}]", "x"));
            }
        }
    }

    Buffer binary(Buffer frame, boolean sequenced) {
        if (this == NONE || this == TEXT) {
            return frame.copy(); // whoever gave it may use its memory again
        }
        return sequenced
                ? frame.getBuffer(0, Math.min(FrameHeader.BYTES, frame.length()))
                        .copy()
                : Buffer.buffer();
    }
}
