package dev.millrace.agent.openai;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.ModelFailure;
import dev.millrace.agent.model.Usage;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One answer as its chunks tell it, in the order they come. Nothing is taken for granted: what a chunk lacks is not
 * there, what it has too much is not read. A whole completion, from a server that does not stream, is a single chunk. Pure.
 */
final class Completion {

    /** What a finish may say to whoever asked; anything else a server invents is {@code other}. */
    private static final Set<String> REASONS = Set.of("stop", "length", "tool_calls", "content_filter");

    /**
     * How to read an answer.
     *
     * @param promptLength what was asked, in characters: for an estimate where nobody counts tokens
     * @param thinkTags whether thoughts stand in the text, between tags
     */
    record Style(int promptLength, boolean thinkTags) {}

    private final int promptLength;
    private final Consumer<Delta> deltas;
    private final @Nullable ThinkTags thinkTags;
    private final ToolCalls calls = new ToolCalls();
    private String finish = "";
    private @Nullable Usage usage;
    private int pieces;
    private int characters;

    Completion(Style style, Consumer<Delta> deltas) {
        this.promptLength = style.promptLength();
        this.deltas = deltas;
        this.thinkTags = style.thinkTags() ? new ThinkTags(this::count) : null;
    }

    /** @throws Trouble when the chunk says that there will be no answer */
    void chunk(JsonObject json) {
        if (isError(json)) {
            throw UpstreamErrors.inStream(json);
        }
        JsonObject counted = Fields.object(json, "usage");
        usage = counted == null ? usage : counted(counted, usage);
        for (JsonObject choice : Fields.objects(json, "choices")) {
            Integer index = Fields.integer(choice, "index");
            if (index == null || index == 0) {
                choice(choice);
            }
        }
    }

    private static boolean isError(JsonObject json) {
        return json.getValue("error") != null || "error".equals(json.getValue("object"));
    }

    /** A server that counts as it goes sends the sum so far each time: the last is the one. */
    private static @Nullable Usage counted(JsonObject json, @Nullable Usage before) {
        Integer input = Fields.integer(json, "prompt_tokens");
        Integer output = Fields.integer(json, "completion_tokens");
        return input == null || output == null ? before : new Usage(input, output, false);
    }

    private void choice(JsonObject choice) {
        JsonObject delta = Fields.object(choice, "delta");
        delta = delta == null ? Fields.object(choice, "message") : delta;
        if (delta != null) {
            delta(delta);
        }
        String reason = Fields.text(choice, "finish_reason");
        if (reason.equals("error")) {
            throw UpstreamErrors.inStream(choice);
        }
        if (!reason.isEmpty()) {
            finish = reason;
        }
    }

    private void delta(JsonObject delta) {
        String thought = thought(delta);
        if (!thought.isEmpty()) {
            count(new Delta.Reasoning(thought));
        }
        text(Fields.content(delta, "content") + Fields.text(delta, "refusal"));
        List<JsonObject> fragments = Fields.objects(delta, "tool_calls");
        fragments.forEach(calls::add);
        JsonObject legacy = Fields.object(delta, "function_call");
        if (legacy != null) {
            calls.addOnly(legacy);
        }
        pieces += fragments.isEmpty() && legacy == null ? 0 : 1;
    }

    private void text(String text) {
        if (text.isEmpty()) {
            return;
        }
        if (thinkTags == null) {
            count(new Delta.Text(text));
        } else {
            thinkTags.text(text);
        }
    }

    /** Servers agree on no name, and some send the same thought under two. */
    private static String thought(JsonObject delta) {
        for (String name : List.of("reasoning_content", "reasoning")) {
            String text = Fields.text(delta, name);
            if (!text.isEmpty()) {
                return text;
            }
        }
        return Fields.objects(delta, "reasoning_details").stream()
                .map(detail -> Fields.text(detail, "text") + Fields.text(detail, "summary"))
                .collect(Collectors.joining());
    }

    private void count(Delta delta) {
        String text = delta instanceof Delta.Reasoning thought ? thought.text() : ((Delta.Text) delta).text();
        pieces++;
        characters += text.length();
        deltas.accept(delta);
    }

    /** How many pieces of an answer there were: of its text, of thoughts, of calls. */
    int pieces() {
        return pieces;
    }

    private boolean saidSomething() {
        return pieces > 0;
    }

    /** Whether the model has said why it stopped. */
    boolean isFinished() {
        return !finish.isEmpty();
    }

    /**
     * Nothing follows. Gives what was held back, then the calls, then the finish.
     *
     * @param signedOff whether the server said that this was all, which some do without ever giving a reason
     * @throws Trouble when the answer is not whole
     */
    void end(boolean signedOff) {
        if (thinkTags != null) {
            thinkTags.end();
        }
        if (finish.isEmpty() && !(signedOff && saidSomething())) {
            throw UpstreamErrors.truncated();
        }
        if (!saidSomething() && finish.equals("length")) {
            throw Trouble.forNobody(new ModelFailure(
                    "context_length", "The conversation fills the model's window: begin a new session.", false));
        }
        if (!saidSomething() && finish.equals("content_filter")) {
            throw Trouble.forNobody(new ModelFailure(
                    "content_filter", "The model's server refused this by its content rules; ask otherwise.", false));
        }
        caution();
        calls.whole().forEach(deltas);
        deltas.accept(new Delta.Finish(reason(), usage()));
    }

    private void caution() {
        if (finish.isEmpty()) {
            deltas.accept(caution("finish_unknown", "The model did not say whether its answer is whole."));
        } else if (finish.equals("content_filter")) {
            deltas.accept(caution("content_filtered", "The model's server cut the answer by its content rules."));
        }
    }

    private static Delta.Caution caution(String code, String message) {
        return new Delta.Caution(code, message);
    }

    /** Servers say stop although the model called tools; the calls are there. */
    private String reason() {
        if (!calls.isEmpty()) {
            return "tool_calls";
        }
        return finish.isEmpty() ? "stop" : REASONS.contains(finish) ? finish : "other";
    }

    /** Most servers send a delta for each token, so where nobody counts, the deltas are a count of their own. */
    private Usage usage() {
        if (usage != null) {
            return usage;
        }
        Usage byLength = Usage.estimate(promptLength, characters);
        return new Usage(byLength.inputTokens(), Math.max(byLength.outputTokens(), pieces), true);
    }
}
