package dev.millrace.chat.dialect;

import dev.millrace.run.Input;
import io.vertx.core.json.Json;
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

    /**
     * A value from outside as the input that answers this.
     *
     * @param input an id: the same again is the same input
     * @param value false when the person declines
     */
    public Input input(String input, Object value) {
        return switch (kind) {
            case APPROVAL -> new Input(input, id, Input.Kind.APPROVED, approves(value));
            case TEXT -> new Input(input, id, Input.Kind.TEXT, text(value));
            case TOOL -> new Input(input, id, Input.Kind.OUTPUT, value);
            case FORM -> new Input(input, id, Input.Kind.OUTPUT, form(value));
        };
    }

    private static boolean approves(Object value) {
        return Boolean.TRUE.equals(value instanceof JsonObject json ? json.getValue("approved") : value);
    }

    private static String text(Object value) {
        if (Boolean.FALSE.equals(value)) {
            return "The person does not want to answer.";
        }
        return value instanceof String text ? text : Json.encode(value);
    }

    private static JsonObject form(Object value) {
        if (Boolean.FALSE.equals(value)) {
            return new JsonObject().put("cancelled", true);
        }
        return value instanceof JsonObject json ? json : new JsonObject().put("answer", value);
    }
}
