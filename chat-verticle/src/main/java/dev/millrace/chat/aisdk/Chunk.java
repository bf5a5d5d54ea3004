package dev.millrace.chat.aisdk;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** One chunk of a UI message stream. An older client stops at a field that it does not know, so there is none too many. */
final class Chunk {

    /** What stands behind the last chunk. */
    static final String DONE = "[DONE]";

    private Chunk() {}

    static JsonObject of(String type) {
        return new JsonObject().put("type", type);
    }

    /** A part that has an id of its own: text or reasoning. */
    static JsonObject part(String type, String id) {
        return of(type).put("id", id);
    }

    /** Something that the protocol has no word for, as a part of the message. */
    static JsonObject data(String name, Object data) {
        return of("data-" + name).put("data", data);
    }

    /** The same for the moment only; no part of the message. */
    static JsonObject passing(String name, Object data) {
        return data(name, data).put("transient", true);
    }

    static JsonObject finish(String reason, @Nullable JsonObject metadata) {
        JsonObject finish = of("finish").put("finishReason", reason);
        return metadata == null ? finish : finish.put("messageMetadata", metadata);
    }
}
