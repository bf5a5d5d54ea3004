package dev.millrace.agent.mcp;

import dev.millrace.agent.model.Cancellation;
import dev.millrace.agent.model.Tool;
import dev.millrace.agent.model.ToolServerDown;
import dev.millrace.agent.time.Clock;
import dev.millrace.agent.time.Clock.Bell;
import dev.millrace.circuit.Circuit;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server: connected to, asked now and then whether it is there, and connected to again when it is not. Longer than
 * most, for the states of one connection stand together. On the agent's thread.
 */
final class Server implements Connection.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private static final long PING_MILLIS = 15_000;
    private static final long AGAIN_MILLIS = 1_000;
    private static final int FAILURES = 3;
    private static final Duration REST = Duration.ofSeconds(30);

    /** A model that is offered more finds none of them; a server that offers more is one too many. */
    private static final int MOST_TOOLS = 128;

    private final Context context;
    private final Clock clock;
    private final String name;
    private final Address address;
    private final Runnable changed;
    private final Circuit circuit = new Circuit(FAILURES, REST);

    private @Nullable List<McpSchema.Tool> tools;
    private @Nullable Connection connection;
    private boolean up;
    private boolean complained;
    private boolean closed;
    private int calls;
    private Bell next = Bell.NONE;

    /** @param changed told when it offers other tools than before */
    Server(Context context, Clock clock, String name, Address address, Runnable changed) {
        this.context = context;
        this.clock = clock;
        this.name = name;
        this.address = address;
        this.changed = changed;
    }

    String name() {
        return name;
    }

    boolean isUp() {
        return up;
    }

    /** What it offered last; null when it never answered. */
    @Nullable
    List<McpSchema.Tool> tools() {
        return tools;
    }

    void connect() {
        long now = clock.millis();
        if (closed || connection != null) {
            return;
        }
        if (!circuit.admits(now)) {
            next = clock.in(Math.max(1, circuit.restMillis(now)), this::connect);
            return;
        }
        Connection opened = new Connection(context, name, address, this);
        connection = opened;
        opened.open().onSuccess(offered -> up(opened, offered)).onFailure(cause -> lost(opened, why(cause)));
    }

    /** The causes of the SDK's failures say more than its own; the JDK's client has no words for the two most frequent. */
    private static String why(@Nullable Throwable failure) {
        String why = "it failed";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException) {
                return "it cannot be reached";
            }
            if (cause instanceof TimeoutException) {
                return "it does not answer";
            }
            why = cause.getMessage() == null ? why : cause.getMessage();
        }
        return why;
    }

    private void up(Connection opened, List<McpSchema.Tool> offered) {
        if (connection == opened) {
            up = true;
            changed(opened, offered);
            LOG.info("tool server {} is there, with {} tools", name, offered.size());
            pingLater();
        }
    }

    @Override
    public void changed(Connection of, List<McpSchema.Tool> offered) {
        if (connection != of) {
            return;
        }
        if (offered.size() > MOST_TOOLS) {
            LOG.warn("tool server {} offers {} tools; only the first {} are used", name, offered.size(), MOST_TOOLS);
        }
        tools = List.copyOf(offered.subList(0, Math.min(offered.size(), MOST_TOOLS)));
        changed.run();
    }

    /** Said once: it is tried again until it is there. */
    @Override
    public void lost(Connection gone, String why) {
        if (connection != gone) {
            return;
        }
        connection = null;
        up = false;
        next.silence();
        circuit.failed(clock.millis());
        if (complained) {
            LOG.debug("tool server {} at {} is still not there: {}", name, address, why);
        } else {
            complained = true;
            LOG.warn("tool server {} at {} is not there, and is tried again: {}", name, address, why);
        }
        gone.close().onComplete(done -> {
            if (!closed) {
                next = clock.in(AGAIN_MILLIS, this::connect);
            }
        });
    }

    /** Some do one thing at a time: one that is at work is there, and need not say so. */
    private void pingLater() {
        next.silence();
        next = clock.in(PING_MILLIS, () -> {
            Connection open = connection;
            if (open == null || calls > 0) {
                pingLater();
                return;
            }
            open.ping()
                    .transform(answer -> Future.succeededFuture(answer.cause()))
                    .onSuccess(cause -> {
                        if (connection == open && (cause == null || cause instanceof McpError)) {
                            works();
                            pingLater();
                        } else if (connection == open && calls == 0) {
                            lost(open, why(cause));
                        }
                    });
        });
    }

    /** Only this closes the circuit: a server may greet and then fall over, again and again. */
    private void works() {
        complained = false;
        circuit.succeeded();
    }

    Future<Tool.Result> call(String tool, JsonObject arguments, Cancellation cancellation) {
        Connection open = connection;
        if (!up || open == null) {
            return Future.failedFuture(new ToolServerDown(name));
        }
        calls++;
        return open.call(tool, arguments.getMap(), cancellation).transform(answer -> {
            calls--;
            return answer.succeeded()
                    ? result(answer.result())
                    : Future.failedFuture(failure(open, answer.cause(), cancellation));
        });
    }

    private Future<Tool.Result> result(CallToolResult result) {
        works();
        return Boolean.TRUE.equals(result.isError())
                ? Future.failedFuture(Reading.of(result).getString("text"))
                : Future.succeededFuture(Tool.Result.of(Reading.of(result)));
    }

    /** What the server says is for the model; what is wrong with the connection is not. */
    private Throwable failure(Connection open, Throwable cause, Cancellation cancellation) {
        if (cancellation.isCancelled() || cause instanceof McpError) {
            return cause;
        }
        if (cause instanceof IllegalArgumentException) {
            LOG.debug("tool server {} gave a result that cannot be read", name, cause);
            return new IllegalStateException("The tool server '" + name + "' gave a result that cannot be read.");
        }
        lost(open, why(cause));
        return new ToolServerDown(name);
    }

    Future<?> close() {
        closed = true;
        up = false;
        next.silence();
        Connection open = connection;
        connection = null;
        return open == null ? Future.succeededFuture() : open.close();
    }
}
