package dev.millrace.agent.openai;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads fields that may be missing, null, or of another kind than they should be: all of these are then not there. */
final class Fields {

    private Fields() {}

    static @Nullable JsonObject object(JsonObject json, String key) {
        return json.getValue(key) instanceof JsonObject object ? object : null;
    }

    /** The objects of an array; none when it is no array. */
    static List<JsonObject> objects(JsonObject json, String key) {
        return json.getValue(key) instanceof JsonArray array
                ? array.stream()
                        .filter(JsonObject.class::isInstance)
                        .map(JsonObject.class::cast)
                        .toList()
                : List.of();
    }

    /** Empty when there is no text. */
    static String text(JsonObject json, String key) {
        return json.getValue(key) instanceof String text ? text : "";
    }

    static @Nullable Integer integer(JsonObject json, String key) {
        return json.getValue(key) instanceof Number number ? Integer.valueOf(number.intValue()) : null;
    }

    /** Text that stands there as a string or, with some gateways, as an array of parts, of which only texts are text. */
    static String content(JsonObject json, String key) {
        return json.getValue(key) instanceof JsonArray
                ? objects(json, key).stream().map(part -> text(part, "text")).collect(Collectors.joining())
                : text(json, key);
    }
}
