package dev.millrace.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The kinds of JSON values, as a sentence names them. */
public final class JsonKind {

    private JsonKind() {}

    /** For example {@code a string}, in {@code "must be a number, and is a string"}. */
    public static String of(@Nullable Object value) {
        if (value instanceof String) {
            return "a string";
        }
        if (value instanceof Number) {
            return "a number";
        }
        if (value instanceof Boolean) {
            return "a boolean";
        }
        if (value instanceof JsonArray) {
            return "an array";
        }
        return value instanceof JsonObject ? "an object" : "null";
    }
}
