package dev.millrace.chat.agui;

import dev.millrace.chat.dialect.Answer;
import dev.millrace.chat.dialect.Request;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What a run asks its person, as an interrupt. */
final class Interrupts {

    /** The run's own names for its requests are used again by others, and so the run is a part of this one. */
    private static final char PARTING = ':';

    private Interrupts() {}

    /** What is said to an interrupt. */
    static Answer answer(String interrupt, Object value) {
        int parting = interrupt.indexOf(PARTING);
        return parting < 0
                ? new Answer(interrupt, value)
                : new Answer(interrupt.substring(0, parting), interrupt.substring(parting + 1), value);
    }

    static JsonObject of(String run, Request request) {
        JsonObject interrupt = new JsonObject().put("id", run + PARTING + request.id());
        switch (request.kind()) {
            case APPROVAL -> interrupt.put("reason", "tool_call").put("toolCallId", request.call());
            default -> interrupt.put("reason", "input_required");
        }
        if (request.label() != null) {
            interrupt.put("message", request.label());
        }
        interrupt.put("responseSchema", schema(request));
        String expires = request.details().getString("expires_at");
        return expires == null ? interrupt : interrupt.put("expiresAt", expires);
    }

    private static JsonObject schema(Request request) {
        return switch (request.kind()) {
            case APPROVAL ->
                new JsonObject()
                        .put("type", "object")
                        .put("properties", new JsonObject().put("approved", new JsonObject().put("type", "boolean")))
                        .put("required", new JsonArray().add("approved"));
            case FORM -> request.details().getJsonObject("schema", new JsonObject().put("type", "object"));
            default -> new JsonObject().put("type", "string");
        };
    }
}
