package dev.millrace.agent.openai;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.Prompt.Role;
import dev.millrace.agent.model.Prompt.Round;
import dev.millrace.agent.model.Tool;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** A prompt as a request for a completion. Pure. */
final class RequestBody {

    private static final String PASSAGES = """
            Passages from the documents follow, each with a number. Use those that help with the question, and name the \
            number in brackets, like [1], behind what you take from one. Say so if they do not answer it.""";

    private static final String SUMMARY = "Summary of what was said earlier in this conversation: ";

    private final String systemPrompt;

    RequestBody(String systemPrompt) {
        this.systemPrompt = systemPrompt;
    }

    /** @param options whether to ask for the count of tokens, which old servers refuse */
    JsonObject of(Prompt prompt, String model, boolean options) {
        JsonObject body = new JsonObject()
                .put("model", model)
                .put("messages", messages(prompt))
                .put("stream", true);
        if (!prompt.tools().isEmpty()) {
            body.put(
                    "tools",
                    new JsonArray(prompt.tools().stream().map(RequestBody::tool).toList()));
        }
        return options ? body.put("stream_options", new JsonObject().put("include_usage", true)) : body;
    }

    private JsonArray messages(Prompt prompt) {
        JsonArray messages = new JsonArray();
        String system = system(prompt);
        if (!system.isEmpty()) {
            messages.add(message("system", system));
        }
        prompt.turns().stream()
                .filter(turn -> turn.role() != Role.SUMMARY)
                .forEach(turn -> messages.add(message(turn.role().name().toLowerCase(Locale.ROOT), turn.text())));
        prompt.rounds().forEach(round -> add(messages, round));
        return messages;
    }

    private static JsonObject tool(Tool tool) {
        JsonObject function = new JsonObject()
                .put("name", tool.name())
                .put("description", tool.description())
                .put("parameters", tool.schema());
        return new JsonObject().put("type", "function").put("function", function);
    }

    private static void add(JsonArray messages, Round round) {
        JsonArray calls = new JsonArray();
        round.calls().forEach(call -> calls.add(call(call)));
        if (!calls.isEmpty()) {
            messages.add(message("assistant", round.text()).put("tool_calls", calls));
        } else if (!round.text().isEmpty()) {
            messages.add(message("assistant", round.text()));
        }
        for (int i = 0; i < round.calls().size(); i++) {
            messages.add(message("tool", round.results().get(i))
                    .put("tool_call_id", round.calls().get(i).id()));
        }
        round.steering().forEach(text -> messages.add(message("user", text)));
    }

    private static JsonObject call(Delta.ToolCall call) {
        JsonObject function = new JsonObject().put("name", call.name()).put("arguments", whole(call.arguments()));
        return new JsonObject().put("id", call.id()).put("type", "function").put("function", function);
    }

    /** Servers read the arguments of earlier calls too, and refuse the whole question over broken ones. */
    private static String whole(String arguments) {
        try {
            return new JsonObject(arguments).encode();
        } catch (DecodeException | ClassCastException e) {
            return "{}";
        }
    }

    private static JsonObject message(String role, String content) {
        return new JsonObject().put("role", role).put("content", content);
    }

    /** All of it in one message: templates of many models know one place for it, before everything else. */
    private String system(Prompt prompt) {
        StringBuilder system = new StringBuilder(systemPrompt);
        List<Passage> passages = prompt.passages();
        prompt.turns().stream().filter(turn -> turn.role() == Role.SUMMARY).forEach(turn -> system.append(
                        system.isEmpty() ? "" : "\n\n")
                .append(SUMMARY)
                .append(turn.text()));
        if (!passages.isEmpty()) {
            system.append(system.isEmpty() ? "" : "\n\n").append(PASSAGES);
        }
        for (int i = 0; i < passages.size(); i++) {
            Passage passage = passages.get(i);
            system.append("\n\n[%d] %s (%s)\n%s".formatted(i + 1, passage.place(), passage.source(), passage.text()));
        }
        return system.toString();
    }
}
