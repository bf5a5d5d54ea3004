package dev.millrace.run;

import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;

/**
 * A tool that the front end of one run has and runs itself.
 *
 * @param name by which the model calls it
 * @param description by which the model decides; may be empty
 * @param schema JSON Schema of the arguments
 */
public record ClientTool(String name, String description, JsonObject schema) {

    /** What model APIs take for a name. */
    public static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    JsonObject toJson() {
        return new JsonObject()
                .put("name", name)
                .put("description", description)
                .put("schema", schema);
    }

    static ClientTool from(JsonObject json) {
        return new ClientTool(json.getString("name"), json.getString("description"), json.getJsonObject("schema"));
    }
}
