package dev.millrace.agent.mcp;

import dev.millrace.agent.model.Cancellation;
import dev.millrace.agent.model.Tool;
import io.modelcontextprotocol.spec.McpSchema;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/** A tool of a server, under the name that it has here. */
final class RemoteTool implements Tool {

    private final String name;
    private final Server server;
    private final McpSchema.Tool tool;

    RemoteTool(String name, Server server, McpSchema.Tool tool) {
        this.name = name;
        this.server = server;
        this.tool = tool;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return tool.description() == null ? tool.name() : tool.description();
    }

    /** As the server wrote it; an object, whatever else, for that is what models' servers take. */
    @Override
    public JsonObject schema() {
        JsonObject schema = new JsonObject();
        if (tool.meta() != null && tool.meta().get(Wire.SCHEMA) instanceof Map<?, ?> written) {
            Map<String, Object> copy = new HashMap<>();
            written.forEach((key, value) -> copy.put(String.valueOf(key), value));
            schema = new JsonObject(copy);
        }
        if (!schema.containsKey("properties")) {
            schema.put("properties", new JsonObject());
        }
        return schema.put("type", "object");
    }

    @Override
    public Future<Result> call(String id, JsonObject arguments, Cancellation cancellation) {
        return server.call(tool.name(), arguments, cancellation);
    }
}
