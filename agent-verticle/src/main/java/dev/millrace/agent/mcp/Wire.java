package dev.millrace.agent.mcp;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse.JSONRPCError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A transport with what the SDK's client lacks: calls can be cancelled, and the schema of a tool's arguments comes through
 * as the server wrote it, under {@link #SCHEMA}. The SDK's own record of it loses what it does not know, and fails where
 * {@code additionalProperties} is a schema.
 */
final class Wire implements McpClientTransport {

    /** In the context of a call: an {@link AtomicReference} that gets the id of its request. */
    static final Object CALL = new Object();

    /** In the metadata of a tool: the schema of its arguments. */
    static final String SCHEMA = "millrace/inputSchema";

    private static final int CANCELLED = -32_800;

    private final McpClientTransport transport;
    private volatile @Nullable Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler;

    Wire(McpClientTransport transport) {
        this.transport = transport;
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> received) {
        handler = received;
        return transport.connect(received);
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.deferContextual(context -> {
            if (message instanceof JSONRPCRequest request && request.method().equals(McpSchema.METHOD_TOOLS_CALL)) {
                context.<AtomicReference<Object>>getOrEmpty(CALL).ifPresent(id -> id.set(request.id()));
            }
            return transport.sendMessage(message);
        });
    }

    /**
     * Tells the server that nobody waits for a call any more. A server that heeds it never answers, so the SDK is given an
     * answer, or it would keep the call for ever.
     */
    Mono<Void> cancel(Object id) {
        Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> received = handler;
        JSONRPCMessage answer =
                new JSONRPCResponse("2.0", id, null, new JSONRPCError(CANCELLED, "It was cancelled.", null));
        Mono<?> forgotten = received == null ? Mono.empty() : received.apply(Mono.just(answer));
        return transport
                .sendMessage(new JSONRPCNotification(
                        "2.0",
                        "notifications/cancelled",
                        Map.of("requestId", id, "reason", "The run has ended, or it took too long.")))
                .onErrorComplete()
                .then(forgotten.then());
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        boolean list = type.getType() == McpSchema.ListToolsResult.class;
        return transport.unmarshalFrom(list && data instanceof Map<?, ?> map ? withSchemasKept(map) : data, type);
    }

    private static Map<?, ?> withSchemasKept(Map<?, ?> result) {
        Map<Object, Object> kept = new HashMap<>(result);
        if (result.get("tools") instanceof List<?> tools) {
            kept.put("tools", tools.stream().map(Wire::withSchemaKept).toList());
        }
        return kept;
    }

    private static Object withSchemaKept(@Nullable Object tool) {
        Map<Object, Object> kept = new HashMap<>();
        if (tool instanceof Map<?, ?> map) {
            kept.put("name", map.get("name"));
            kept.put("description", map.get("description"));
            if (map.get("inputSchema") instanceof Map<?, ?> schema) {
                kept.put("_meta", Map.of(SCHEMA, schema));
            }
        }
        return kept;
    }

    @Override
    public void setExceptionHandler(Consumer<Throwable> exceptions) {
        transport.setExceptionHandler(exceptions);
    }

    @Override
    public List<String> protocolVersions() {
        return transport.protocolVersions();
    }

    @Override
    public Mono<Void> closeGracefully() {
        return transport.closeGracefully();
    }
}
