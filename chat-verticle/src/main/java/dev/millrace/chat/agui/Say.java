package dev.millrace.chat.agui;

import io.vertx.core.json.JsonObject;

/** One event of AG-UI. A field without a value is left out, since a client stops at a null. */
final class Say {

    private Say() {}

    static JsonObject of(String type) {
        return new JsonObject().put("type", type);
    }

    static JsonObject message(String type, String id) {
        return of(type).put("messageId", id);
    }

    static JsonObject call(String type, String id) {
        return of(type).put("toolCallId", id);
    }

    /** Something that the protocol has no word for. */
    static JsonObject custom(String name, Object value) {
        return of("CUSTOM").put("name", name).put("value", value);
    }
}
