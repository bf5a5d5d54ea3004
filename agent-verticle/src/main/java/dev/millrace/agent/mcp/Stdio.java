package dev.millrace.agent.mcp;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Messages over the standard streams of a process, a line each. The SDK has one of its own, which tells nobody that the
 * process has ended, stops at the first line that is no message, and hands our whole environment on.
 */
final class Stdio implements McpClientTransport {

    private static final Logger LOG = LoggerFactory.getLogger(Stdio.class);

    /** A larger message ends the connection. */
    private static final int LONGEST_LINE = 8 << 20;

    private static final int LONGEST_ERROR = 64 << 10;

    private final String name;
    private final Address.Program program;
    private final McpJsonMapper mapper;
    private final Consumer<String> lost;

    private volatile @Nullable Child child;
    private boolean closed; // guarded by this

    /** @param lost told once why it is over, on any thread; also when we closed it */
    Stdio(String name, Address.Program program, McpJsonMapper mapper, Consumer<String> lost) {
        this.name = name;
        this.program = program;
        this.mapper = mapper;
        this.lost = lost;
    }

    /** Starts the process. Blocks for as long as that takes. */
    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        return Mono.fromRunnable(() -> {
            try {
                start(handler);
            } catch (IOException e) {
                lost.accept(String.valueOf(e.getMessage()));
            }
        });
    }

    /** Locked, or one that is closed meanwhile would leave its process behind. */
    private synchronized void start(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) throws IOException {
        if (closed) {
            return;
        }
        Child started = Child.start(name, program);
        child = started;
        Child.thread(() -> read(started, handler), name + "-out").start();
        Child.thread(() -> log(started), name + "-err").start();
    }

    private void read(Child from, Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        String why = "it cannot be read";
        try (Lines lines = from.output(LONGEST_LINE)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                message(line, handler);
            }
            why = from.ending();
        } catch (IOException e) {
            why = String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lost.accept(why);
        }
    }

    /** Programs greet on their standard output. They should not; nothing is lost when it is passed over. */
    private void message(String line, Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        JSONRPCMessage message;
        try {
            message = McpSchema.deserializeJsonRpcMessage(mapper, line);
        } catch (IOException | RuntimeException e) {
            LOG.debug("tool server {} wrote a line that is no message, of {} characters", name, line.length());
            return;
        }
        handler.apply(Mono.just(message))
                .subscribe(done -> {}, cause -> LOG.debug("tool server {} wrote what is of no use", name, cause));
    }

    private void log(Child from) {
        try (Lines lines = from.errors(LONGEST_ERROR)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                LOG.debug("tool server {}: {}", name, line);
            }
        } catch (IOException e) {
            LOG.debug("tool server {} cannot be heard any more", name, e);
        }
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.fromRunnable(() -> {
            Child to = child;
            try {
                if (to != null) {
                    to.write(mapper.writeValueAsString(message)); // has no line breaks
                }
            } catch (IOException | RejectedExecutionException e) {
                throw new IllegalStateException("The tool server does not read what it is sent.", e);
            }
        });
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.defer(() -> {
            Child last = last();
            return last == null ? Mono.empty() : Mono.fromFuture(last.stop()).then();
        });
    }

    private synchronized @Nullable Child last() {
        closed = true;
        return child;
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return mapper.convertValue(data, type);
    }

    @Override
    public List<String> protocolVersions() {
        return List.of(
                ProtocolVersions.MCP_2024_11_05,
                ProtocolVersions.MCP_2025_03_26,
                ProtocolVersions.MCP_2025_06_18,
                ProtocolVersions.MCP_2025_11_25);
    }
}
