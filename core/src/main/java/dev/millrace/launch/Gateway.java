package dev.millrace.launch;

import dev.millrace.auth.AuthOptions;
import dev.millrace.auth.BadKey;
import dev.millrace.auth.TokenVerifier;
import dev.millrace.http.Credentials;
import dev.millrace.http.Edge;
import dev.millrace.http.Management;
import dev.millrace.log.MemoryLog;
import dev.millrace.node.Node;
import dev.millrace.run.AgentBus;
import dev.millrace.sse.Heartbeats;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A running process: a node, an edge, and the verticles of its roles. What the command line starts, and what tests start
 * in their own JVM.
 */
public final class Gateway {

    private final Node node;
    private final Edge edge;
    private final Heartbeats heartbeats;
    private final List<String> deployments = new ArrayList<>();
    private @Nullable Management management;
    private int port;

    private Gateway(Node node, Edge edge) {
        this.node = node;
        this.edge = edge;
        this.heartbeats = new Heartbeats(node.vertx());
    }

    /**
     * Starts everything, in the order in which one thing needs another, and is ready when the future completes. A start
     * that fails leaves nothing running.
     *
     * @return fails with {@link Misuse} for what the person who started it can mend
     */
    static Future<Gateway> start(ServeOptions options, List<Role> roles) {
        AuthOptions auth = auth(options);
        long logBytes = options.logBytes();
        Vertx vertx = Vertx.vertx();
        Gateway gateway = new Gateway(Node.start(vertx, logBytes), new Edge(vertx, options.edge()));
        // A promise of no context: the loops are gone by the time a failed start has closed them.
        Promise<Gateway> started = Promise.promise();
        TokenVerifier.create(vertx, auth)
                .compose(verifier -> gateway.deploy(roles, new Credentials(verifier)))
                .compose(done -> gateway.listen(options))
                .onSuccess(started::complete)
                .onFailure(cause -> gateway.close().onComplete(closed -> started.fail(misuse(cause))));
        return started.future();
    }

    private static AuthOptions auth(ServeOptions options) {
        try {
            return options.auth();
        } catch (BadKey | IllegalArgumentException e) {
            throw misuse(e);
        }
    }

    private Future<Void> deploy(List<Role> roles, Credentials credentials) {
        AgentBus agents = new AgentBus(node.vertx().eventBus());
        Services services = new Services(node.vertx(), node.log(), agents, edge, credentials, heartbeats);
        Future<Void> deployed = Future.succeededFuture();
        for (Role role : roles) {
            deployed = deployed.compose(before -> role.verticle(services))
                    .compose(verticle -> node.vertx().deployVerticle(verticle))
                    .map(id -> {
                        deployments.add(id);
                        return null;
                    });
        }
        return deployed;
    }

    private Future<Gateway> listen(ServeOptions options) {
        return Management.listen(node.vertx(), options.host, options.managementPort(), node::isReady)
                .recover(cause ->
                        Future.failedFuture(busy(cause, options.host, options.managementPort(), "--management-port")))
                .compose(listening -> {
                    management = listening;
                    return edge.listen();
                })
                .recover(cause -> Future.failedFuture(busy(cause, options.host, options.port, "--port")))
                .map(bound -> {
                    port = bound;
                    node.ready(true);
                    return this;
                });
    }

    private static Throwable busy(Throwable cause, String host, int port, String flag) {
        if (cause instanceof UnknownHostException) {
            return new Misuse("cannot listen on " + host + ": there is no such address; choose another with --host");
        }
        if (!(cause instanceof SocketException)) {
            return cause;
        }
        // The kernel's own words tell a busy port from an address that is not this machine's.
        String message = String.valueOf(cause.getMessage());
        String remedy = message.contains("assign") ? "address with --host" : "port with " + flag;
        return new Misuse("cannot listen on " + host + ":" + port + ": " + message + "; choose another " + remedy);
    }

    /** What the start refuses with a sentence is the starter's to mend; the rest is ours. */
    private static RuntimeException misuse(Throwable cause) {
        if (cause instanceof Misuse known) {
            return known;
        }
        boolean sentence = cause instanceof BadKey || cause instanceof IllegalArgumentException;
        return sentence
                ? new Misuse(ServeOptions.inFlags(String.valueOf(cause.getMessage())))
                : new IllegalStateException("the process could not start: " + cause.getMessage(), cause);
    }

    public int port() {
        return port;
    }

    public int managementPort() {
        return management == null ? 0 : management.port();
    }

    public Vertx vertx() {
        return node.vertx();
    }

    public MemoryLog log() {
        return node.memoryLog();
    }

    public Heartbeats heartbeats() {
        return heartbeats;
    }

    /**
     * No traffic any more, then the verticles in the reverse order of their start (the agent comes last, so it goes
     * first and gives each run its last word while somebody can still be told), then the ports.
     */
    public Future<Void> close() {
        node.ready(false);
        Future<Void> undeployed = Future.succeededFuture();
        List<String> reversed = new ArrayList<>(deployments);
        Collections.reverse(reversed);
        for (String deployment : reversed) {
            undeployed = undeployed.eventually(() -> node.vertx().undeploy(deployment));
        }
        Promise<Void> closed = Promise.promise();
        undeployed.eventually(edge::close).onComplete(ports -> node.close().onComplete(closed));
        return closed.future();
    }
}
