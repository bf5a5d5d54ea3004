package dev.millrace.chat.aisdk;

import dev.millrace.event.RunEvent.Done;
import io.vertx.core.json.JsonObject;

/** What a message says at its end. */
final class Endings {

    private Endings() {}

    /** A reason that a client does not know stops it. */
    static String reason(String finish) {
        return switch (finish) {
            case "stop", "length" -> finish;
            case "content_filter", "content-filter" -> "content-filter";
            case "tool_calls", "tool-calls" -> "tool-calls";
            default -> "other";
        };
    }

    static JsonObject metadata(Done done) {
        int input = done.usage().getInteger("input_tokens", 0);
        int output = done.usage().getInteger("output_tokens", 0);
        JsonObject usage = new JsonObject()
                .put("inputTokens", input)
                .put("outputTokens", output)
                .put("totalTokens", input + output);
        JsonObject metadata = new JsonObject().put("usage", usage).put("latencyMs", done.latencyMillis());
        return done.ttftMillis() == null ? metadata : metadata.put("ttftMs", done.ttftMillis());
    }
}
