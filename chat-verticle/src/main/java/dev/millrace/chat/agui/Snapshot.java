package dev.millrace.chat.agui;

import dev.millrace.run.Conversation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The messages of a run as a client has them that was told everything: by their ids, in the order of their beginning. */
final class Snapshot {

    private final Map<String, JsonObject> messages = new LinkedHashMap<>();

    /** What was said before, by those who said it. */
    static JsonArray of(List<Conversation.Message> history) {
        JsonArray messages = new JsonArray();
        for (Conversation.Message message : history) {
            boolean theirs = message.role() == Conversation.Role.USER;
            String id = message.clientId() == null ? message.id() : message.clientId();
            messages.add(message(id, theirs ? "user" : "assistant").put("content", message.text()));
        }
        return messages;
    }

    private static JsonObject message(String id, String role) {
        return new JsonObject().put("id", id).put("role", role);
    }

    void append(String id, String role, String text) {
        JsonObject message = messages.computeIfAbsent(id, each -> message(id, role));
        message.put("content", message.getString("content", "") + text);
    }

    void call(String id, String call, String tool, String arguments) {
        JsonObject message = messages.computeIfAbsent(id, each -> message(id, "assistant"));
        JsonArray calls = message.getJsonArray("toolCalls", new JsonArray());
        JsonObject function = new JsonObject().put("name", tool).put("arguments", arguments);
        message.put(
                "toolCalls",
                calls.add(
                        new JsonObject().put("id", call).put("type", "function").put("function", function)));
    }

    void result(String id, String call, String content) {
        messages.put(id, message(id, "tool").put("toolCallId", call).put("content", content));
    }

    void activity(String id, String type, JsonObject content) {
        messages.put(id, message(id, "activity").put("activityType", type).put("content", content));
    }

    /** All messages, behind those that were there before the run. */
    JsonArray after(JsonArray history) {
        JsonArray all = history.copy();
        messages.values().forEach(message -> all.add(message.copy()));
        return all;
    }
}
