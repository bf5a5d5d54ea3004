package dev.millrace.chat.dialect;

import dev.millrace.run.Input;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Something that a run asks its person.
 *
 * @param id of the request
 * @param call which call of the model's it is about
 * @param tool what the model called
 * @param arguments of the call
 * @param details all that is known of it
 */
public record Request(String id, Kind kind, String call, String tool, Object arguments, JsonObject details) {

    /** What is asked for. */
    public enum Kind {
        TEXT,
        FORM,
        TOOL,
        APPROVAL
    }

    /** As a status with the step {@code input_required} tells it. */
    public static Request of(JsonObject details) {
        String id = details.getString("request");
        return new Request(
                id,
                Kind.valueOf(details.getString("kind").toUpperCase(java.util.Locale.ROOT)),
                details.getString("call", id),
                details.getString("tool", "ask_user"),
                arguments(details),
                details);
    }

    /** A question in words is a call with the question as its argument. */
    private static Object arguments(JsonObject details) {
        Object arguments = details.getValue("arguments");
        if (arguments != null) {
            return arguments;
        }
        JsonObject question = new JsonObject().put("question", details.getString("label"));
        JsonObject schema = details.getJsonObject("schema");
        return schema == null ? question : question.put("schema", schema);
    }

    /** What a person reads. */
    public @Nullable String label() {
        return details.getString("label");
    }

    /** Whether the front end runs the tool, or its person does, and not the server. */
    public boolean isForFrontEnd() {
        return kind != Kind.APPROVAL;
    }

    /** A value from outside as the input that answers this. @param input an id: the same again is the same input */
    public Input input(String input, Object value) {
        return switch (kind) {
            case APPROVAL -> new Input(input, id, Input.Kind.APPROVED, Boolean.TRUE.equals(value));
            case TEXT -> new Input(input, id, Input.Kind.TEXT, text(value));
            case TOOL -> new Input(input, id, Input.Kind.OUTPUT, value);
            case FORM ->
                new Input(
                        input,
                        id,
                        Input.Kind.OUTPUT,
                        value instanceof JsonObject ? value : new JsonObject().put("answer", value));
        };
    }

    private static String text(Object value) {
        return value instanceof String text ? text : io.vertx.core.json.Json.encode(value);
    }
}
