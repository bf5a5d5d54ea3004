package dev.millrace.agent.mcp;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.server.McpAsyncServer;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.JsonSchema;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** A program that is an MCP server, made with the SDK's own server. It ends with its input, as it should. */
final class StdioServer {

    private StdioServer() {}

    public static void main(String[] args) {
        System.out.println("Welcome! This line is no message.");
        System.err.println("This one is for the log.");
        McpJsonMapper mapper = new JacksonMcpJsonMapper(new JsonMapper());
        McpAsyncServer server = McpServer.async(
                        new StdioServerTransportProvider(mapper, new UntilItEnds(System.in), System.out))
                .serverInfo("stand-in", "1")
                .capabilities(ServerCapabilities.builder().tools(true).build())
                .jsonMapper(mapper)
                .jsonSchemaValidator((schema, content) -> ValidationResponse.asValid(null))
                .build();
        server.addTool(tool("echo", given -> text(String.valueOf(given.get("text")))))
                .then(server.addTool(
                        tool("pid", given -> text("" + ProcessHandle.current().pid()))))
                .then(server.addTool(tool(
                        "environment",
                        given -> text(new TreeSet<>(System.getenv().keySet()) + ""))))
                .then(server.addTool(tool("secret", given -> text(System.getenv("SECRET")))))
                .then(server.addTool(tool("huge", given -> text("h".repeat(1_000_000)))))
                .then(server.addTool(tool("flood", given -> text("f".repeat(9 << 20)))))
                .then(server.addTool(tool("chatter", StdioServer::chatter)))
                .then(server.addTool(tool("picture", StdioServer::picture)))
                .then(server.addTool(tool("wrong", StdioServer::wrong)))
                .then(server.addTool(tool("never", given -> Mono.never())))
                .then(server.addTool(tool("die", StdioServer::die)))
                .then(server.addTool(tool("grow", given -> server.addTool(tool("grown", more -> text("new")))
                        .then(server.notifyToolsListChanged())
                        .then(text("grown")))))
                .subscribe();
    }

    private static AsyncToolSpecification tool(String name, Function<Map<String, Object>, Mono<CallToolResult>> work) {
        JsonSchema schema = new JsonSchema("object", Map.of("text", Map.of("type", "string")), null, null, null, null);
        return AsyncToolSpecification.builder()
                .tool(Tool.builder()
                        .name(name)
                        .description("Does " + name + ".")
                        .inputSchema(schema)
                        .build())
                .callHandler((exchange, request) -> work.apply(request.arguments()))
                .build();
    }

    private static Mono<CallToolResult> text(String text) {
        return Mono.just(CallToolResult.builder().addTextContent(text).build());
    }

    private static Mono<CallToolResult> chatter(Map<String, Object> given) {
        System.out.println("{\"neither\":\"this\"}\n[1,2]\n\n}{");
        return text("said");
    }

    private static Mono<CallToolResult> picture(Map<String, Object> given) {
        return Mono.just(CallToolResult.builder()
                .content(List.of(
                        new McpSchema.TextContent("A mill."),
                        new McpSchema.ImageContent(null, "AAAA", "image/png"),
                        new McpSchema.EmbeddedResource(
                                null, new McpSchema.TextResourceContents("file:///rye.md", "text/markdown", "# Rye")),
                        McpSchema.ResourceLink.builder()
                                .name("wheat")
                                .uri("file:///wheat.md")
                                .description("All of it")
                                .build()))
                .build());
    }

    private static Mono<CallToolResult> wrong(Map<String, Object> given) {
        return Mono.just(CallToolResult.builder()
                .addTextContent("There is no such mill.")
                .isError(true)
                .build());
    }

    private static Mono<CallToolResult> die(Map<String, Object> given) {
        Runtime.getRuntime().halt(3);
        return Mono.never();
    }

    private static final class UntilItEnds extends FilterInputStream {

        UntilItEnds(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read < 0) {
                Runtime.getRuntime().halt(0);
            }
            return read;
        }
    }
}
