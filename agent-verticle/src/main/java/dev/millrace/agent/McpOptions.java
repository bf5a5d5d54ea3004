package dev.millrace.agent;

import dev.millrace.agent.mcp.ToolServers;
import dev.millrace.agent.model.ToolSource;
import dev.millrace.launch.Misuse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flag of MCP servers. Filled by picocli, read once at start. */
final class McpOptions {

    @Option(
            names = "--mcp",
            paramLabel = "FILE",
            description = "Let the model call the tools of the MCP servers that this JSON file lists.")
    @Nullable
    Path file;

    private Collection<String> names = List.of();

    void check(boolean isModelSet) {
        if (file != null && !isModelSet) {
            throw new Misuse("--mcp is for a model's server, and there is no --model-url");
        }
    }

    /** Where there is no file, nothing of MCP is loaded. */
    Future<ToolSource> servers(Vertx vertx) {
        Path list = file;
        return list == null ? Future.succeededFuture(ToolSource.NONE) : vertx.executeBlocking(() -> read(vertx, list));
    }

    private ToolSource read(Vertx vertx, Path list) {
        try {
            ToolServers servers = ToolServers.read(vertx, list);
            names = servers.servers();
            return servers;
        } catch (IllegalArgumentException e) {
            throw new Misuse("--mcp: " + e.getMessage());
        }
    }

    /** For whoever started the process. */
    List<String> about() {
        return names.isEmpty() ? List.of() : List.of("%-10s %s".formatted("mcp", String.join(", ", names)));
    }
}
