package dev.millrace.agent.openai;

import dev.millrace.agent.model.Passage;
import dev.millrace.agent.model.Prompt;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** A prompt as a request for a completion. Pure. */
final class RequestBody {

    private static final String PASSAGES = """
            Passages from the documents follow, each with a number. Use those that help with the question, and name the \
            number in brackets, like [1], behind what you take from one. Say so if they do not answer it.""";

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
        return options ? body.put("stream_options", new JsonObject().put("include_usage", true)) : body;
    }

    private JsonArray messages(Prompt prompt) {
        JsonArray messages = new JsonArray();
        String system = system(prompt.passages());
        if (!system.isEmpty()) {
            messages.add(message("system", system));
        }
        prompt.turns().forEach(turn -> messages.add(message(turn.role().name().toLowerCase(Locale.ROOT), turn.text())));
        return messages;
    }

    private static JsonObject message(String role, String content) {
        return new JsonObject().put("role", role).put("content", content);
    }

    private String system(List<Passage> passages) {
        StringBuilder system = new StringBuilder(systemPrompt);
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
