package dev.millrace.audio.wire;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What the server says in JSON: a type, and fields in the order they are put. */
public record ServerMessage(JsonObject json) {

    public static ServerMessage of(String type) {
        return new ServerMessage(new JsonObject().put("type", type));
    }

    /** Adds a field; a null is left out. */
    public ServerMessage with(String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value);
        }
        return this;
    }

    /** An error that the session survives, or its last message when {@code fatal}. */
    public static ServerMessage error(String code, String message, @Nullable String ref, boolean fatal) {
        return of("error")
                .with("code", code)
                .with("message", message)
                .with("ref", ref)
                .with("fatal", fatal);
    }

    public String encode() {
        return json.encode();
    }
}
