package dev.millrace.events;

import dev.millrace.event.Event;
import dev.millrace.http.Body;
import dev.millrace.http.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent in structured mode (CloudEvents 1.0, JSON format). Its type is the SSE event name, and its JSON is what
 * the log keeps and readers get.
 */
record CloudEvent(String type, Buffer data) implements Event {

    private static final List<String> REQUIRED = List.of("id", "source", "type");
    private static final int MAX_TYPE_LENGTH = 255;

    /** @throws Problem 400 naming the attribute that is missing or wrong */
    static CloudEvent read(JsonObject json) {
        if (!"1.0".equals(json.getValue("specversion"))) {
            throw wrong("specversion", "must be \"1.0\"");
        }
        REQUIRED.forEach(name -> text(name, json.getValue(name)));
        String type = json.getString("type");
        if (type.length() > MAX_TYPE_LENGTH
                || type.indexOf('.') < 0
                || type.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            // Names without dots are ours: gap, reset, expiring. Line breaks would end an SSE field.
            throw wrong("type", "must be printable ASCII with a dot, like com.example.order.placed.v1");
        }
        return new CloudEvent(type, json.toBuffer());
    }

    private static void text(String name, @Nullable Object value) {
        if (!(value instanceof String text)) {
            throw value == null ? wrong(name, "is missing") : Body.wrong(name, "a string", value);
        }
        if (text.isEmpty()) {
            throw wrong(name, "is empty");
        }
    }

    private static Problem wrong(String attribute, String what) {
        return Problem.badRequest("bad_event", "The CloudEvent's '" + attribute + "' " + what + ".")
                .with("field", attribute);
    }
}
