package dev.millrace.chat.dialect;

import dev.millrace.http.Body;
import dev.millrace.http.Problem;
import dev.millrace.run.ClientTool;
import dev.millrace.run.StartRun.IfRunning;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a run is to go, as any body may say it.
 *
 * @param tools names of the server's tools that it may use; null for all
 * @param clientTools that the front end runs
 */
public record RunOptions(
        boolean detach,
        IfRunning ifRunning,
        @Nullable Long timeoutMillis,
        @Nullable List<String> tools,
        List<ClientTool> clientTools,
        JsonObject metadata) {

    private static final long MAX_TIMEOUT_MILLIS = 3_600_000;

    /** Each happening of the run has it, and a feed's events are read by many. */
    private static final int MAX_METADATA = 4096;

    /** A model reads all of them with each call. */
    private static final int MAX_CLIENT_TOOLS = 64;

    /**
     * @param usually what happens while the session's last run is not over, when the body does not say
     * @throws Problem naming the field that is wrong
     */
    public static RunOptions read(Body body, IfRunning usually) {
        List<String> names = new ArrayList<>();
        List<ClientTool> clientTools = new ArrayList<>();
        Object tools = body.value("tools");
        if (tools instanceof JsonArray array) {
            array.forEach(tool -> read(tool, names, clientTools));
        } else if (tools instanceof JsonObject byName) {
            byName.forEach(each -> clientTools.add(tool(each.getKey(), each.getValue())));
        } else if (tools != null) {
            throw Body.wrong("tools", "an array", tools);
        }
        if (clientTools.size() > MAX_CLIENT_TOOLS) {
            throw wrong("tools", "has more than " + MAX_CLIENT_TOOLS + " tools of the front end");
        }
        return new RunOptions(
                body.flag("detach"),
                ifRunning(body, usually),
                body.number("timeout_ms", 1, MAX_TIMEOUT_MILLIS).orElse(null),
                names.isEmpty() && !(tools instanceof JsonArray none && none.isEmpty()) ? null : names,
                clientTools,
                metadata(body));
    }

    private static JsonObject metadata(Body body) {
        JsonObject metadata = body.object("metadata").orElseGet(JsonObject::new);
        if (metadata.encode().length() > MAX_METADATA) {
            throw wrong("metadata", "has more than " + MAX_METADATA + " characters as JSON");
        }
        return metadata;
    }

    private static void read(Object tool, List<String> names, List<ClientTool> clientTools) {
        if (tool instanceof String name) {
            names.add(name);
        } else if (tool instanceof JsonObject json && json.getValue("name") instanceof String name) {
            clientTools.add(tool(name, json));
        } else {
            throw Body.wrong("tools[]", "a string, or an object with a name", tool);
        }
    }

    private static ClientTool tool(String name, Object value) {
        if (!(value instanceof JsonObject json)) {
            throw Body.wrong("tools." + name, "an object", value);
        }
        if (!ClientTool.NAME.matcher(name).matches()) {
            throw wrong("tools[]", "must have names of 1 to 64 letters, digits, dashes or underscores");
        }
        Object schema = json.getValue("parameters", json.getValue("inputSchema"));
        return new ClientTool(
                name,
                json.getValue("description") instanceof String text ? text : "",
                schema instanceof JsonObject object ? object : new JsonObject(Map.of("type", "object")));
    }

    private static IfRunning ifRunning(Body body, IfRunning usually) {
        String text = body.text("if_running").orElse(usually.text());
        return IfRunning.of(text).orElseThrow(() -> wrong("if_running", "must be 'enqueue', 'interrupt' or 'reject'"));
    }

    private static Problem wrong(String field, String what) {
        return Problem.badRequest("bad_field", "'" + field + "' " + what + ".").with("field", field);
    }
}
