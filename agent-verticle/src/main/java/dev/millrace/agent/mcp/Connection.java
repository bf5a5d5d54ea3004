package dev.millrace.agent.mcp;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.agent.model.Cancellation;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Implementation;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * One connection to a server, by the SDK's client. The SDK works on threads of its own, which may block: it starts
 * processes and looks names up. Whoever calls is on the agent's thread, and is told there.
 */
final class Connection {

    /** Told on the agent's thread. */
    interface Listener {

        /** The server offers other tools now. */
        void changed(Connection of, List<McpSchema.Tool> tools);

        /** It is over, though nobody closed it. */
        void lost(Connection gone, String why);
    }

    /** Also the wait for an answer to a ping. Calls have a deadline of their own, which is shorter. */
    private static final Duration OPENING = Duration.ofSeconds(30);

    private static final Duration CALL = Duration.ofSeconds(60);
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final Context context;
    private final String name;
    private final Address address;
    private final Listener listener;
    private @Nullable McpAsyncClient client;
    private volatile @Nullable Wire wire; // made on a worker
    private boolean closed;

    Connection(Context context, String name, Address address, Listener listener) {
        this.context = context;
        this.name = name;
        this.address = address;
        this.listener = listener;
    }

    /** Greets the server, and asks what it offers. The first one loads the SDK, so on a worker. */
    Future<List<McpSchema.Tool>> open() {
        return context.executeBlocking(this::client, false).compose(made -> {
            if (closed) {
                return Future.failedFuture("It was closed."); // nothing is started before it greets
            }
            client = made;
            return future(made.initialize().then(made.listTools()).timeout(OPENING))
                    .map(McpSchema.ListToolsResult::tools);
        });
    }

    private McpAsyncClient client() {
        McpJsonMapper mapper = new JacksonMcpJsonMapper(new JsonMapper());
        Wire made = new Wire(transport(mapper));
        wire = made;
        return McpClient.async(made)
                .clientInfo(new Implementation("millrace", "1"))
                .initializationTimeout(OPENING)
                .requestTimeout(CALL)
                .toolsChangeConsumer(tools -> Mono.fromRunnable(() -> onContext(() -> listener.changed(this, tools))))
                .jsonSchemaValidator((schema, content) -> ValidationResponse.asValid(null))
                .build();
    }

    private McpClientTransport transport(McpJsonMapper mapper) {
        if (address instanceof Address.Program program) {
            return new Stdio(name, program, mapper, why -> onContext(() -> listener.lost(this, why)));
        }
        Address.Remote remote = (Address.Remote) address;
        return HttpClientStreamableHttpTransport.builder(remote.url().toString())
                .endpoint(pathAndQuery(remote.url()))
                .connectTimeout(CONNECT)
                .customizeRequest(request -> remote.headers().forEach(request::setHeader))
                .jsonMapper(mapper)
                .build();
    }

    private static String pathAndQuery(URI url) {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    Future<CallToolResult> call(String tool, Map<String, Object> arguments, Cancellation cancellation) {
        McpAsyncClient open = client;
        if (open == null) {
            return Future.failedFuture(new IllegalStateException("It is not open."));
        }
        AtomicReference<@Nullable Object> id = new AtomicReference<>();
        Promise<CallToolResult> result = Promise.promise();
        Disposable underWay = bridge(
                open.callTool(new CallToolRequest(tool, arguments)).contextWrite(ctx -> ctx.put(Wire.CALL, id)),
                result);
        cancellation.onCancel(() -> {
            if (result.tryFail("It was cancelled.")) {
                underWay.dispose();
                forget(id.get());
            }
        });
        return result.future();
    }

    private void forget(@Nullable Object id) {
        Wire open = wire;
        if (id != null && open != null) {
            open.cancel(id).subscribeOn(Schedulers.boundedElastic()).subscribe(done -> {}, gone -> {});
        }
    }

    Future<?> ping() {
        McpAsyncClient open = client;
        return open == null
                ? Future.failedFuture("It is not open.")
                : future(open.ping().timeout(OPENING));
    }

    /** Calls that are under way fail. Never fails itself. */
    Future<?> close() {
        closed = true;
        McpAsyncClient open = client;
        Wire transport = wire;
        return open == null || transport == null
                ? Future.succeededFuture()
                : future(open.closeGracefully()
                                .onErrorResume(e -> transport.closeGracefully())
                                .timeout(CONNECT))
                        .otherwiseEmpty();
    }

    private <T> Future<T> future(Mono<T> mono) {
        Promise<T> promise = Promise.promise();
        bridge(mono, promise);
        return promise.future();
    }

    private <T> Disposable bridge(Mono<T> mono, Promise<T> promise) {
        return mono.subscribeOn(Schedulers.boundedElastic())
                .subscribe(
                        value -> onContext(() -> promise.tryComplete(value)),
                        cause -> onContext(() -> promise.tryFail(cause)),
                        () -> onContext(promise::tryComplete));
    }

    private void onContext(Runnable task) {
        context.runOnContext(now -> task.run());
    }
}
