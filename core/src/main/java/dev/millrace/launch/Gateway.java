package dev.millrace.launch;

import dev.millrace.auth.AuthOptions;
import dev.millrace.auth.BadKey;
import dev.millrace.auth.KeyFile;
import dev.millrace.auth.Tickets;
import dev.millrace.auth.TokenVerifier;
import dev.millrace.feed.Happenings;
import dev.millrace.http.Credentials;
import dev.millrace.http.Edge;
import dev.millrace.http.EdgeOptions;
import dev.millrace.http.Management;
import dev.millrace.http.Problem;
import dev.millrace.http.WatchedTransport;
import dev.millrace.log.LogFull;
import dev.millrace.log.LogUnavailable;
import dev.millrace.log.MemoryLog;
import dev.millrace.log.StreamName;
import dev.millrace.log.redis.RedisEndpoint;
import dev.millrace.node.BusDoorbell;
import dev.millrace.node.ClusterOptions;
import dev.millrace.node.Node;
import dev.millrace.rescue.DeathWatch;
import dev.millrace.rescue.LostRuns;
import dev.millrace.rescue.Register;
import dev.millrace.run.AgentBus;
import dev.millrace.run.OwnedId;
import dev.millrace.sse.Heartbeats;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A running process: a node, an edge, and the verticles of its roles. What the command line starts, and what tests start
 * in their own JVM.
 */
public final class Gateway {

    private final Node node;
    private final Edge edge;
    private final Heartbeats heartbeats;
    private final AgentBus agents;
    private final Happenings happenings;
    private final LostRuns lostRuns;
    private final DeathWatch deathWatch;
    private final List<String> deployments = new ArrayList<>();
    private final AtomicBoolean closing = new AtomicBoolean();

    /** Of no context, as the loops will be gone. */
    private final Promise<Void> closed = Promise.promise();

    private @Nullable Management management;
    private @Nullable Drain drain;
    private int port;

    private Gateway(Node node, Edge edge, Happenings happenings) {
        this.node = node;
        this.edge = edge;
        this.heartbeats = new Heartbeats(node.vertx());
        this.agents = new AgentBus(node.vertx().eventBus());
        this.happenings = happenings;
        this.lostRuns = new LostRuns(node.log(), System::currentTimeMillis, happenings);
        this.deathWatch = new DeathWatch(node.vertx(), node.log(), lostRuns, node::isMember);
    }

    /**
     * Starts everything, in the order in which one thing needs another, and is ready when the future completes. A start
     * that fails leaves nothing running.
     *
     * @return fails with {@link Misuse} for what the person who started it can mend
     */
    static Future<Gateway> start(ServeOptions options, List<Role> roles) {
        AuthOptions auth = auth(options);
        // A promise of no context: the loops are gone by the time a failed start has closed them.
        Promise<Gateway> started = Promise.promise();
        EdgeOptions edge = options.edge();
        WatchedTransport transport = new WatchedTransport();
        node(options, Vertx.builder().withTransport(transport))
                .onFailure(cause -> started.fail(misuse(cause)))
                .onSuccess(node -> new Gateway(
                                node,
                                new Edge(node.vertx(), transport, edge, Gateway::problem),
                                Happenings.to(node.log(), options.eventsFeed, node.tag(), System::currentTimeMillis))
                        .start(options, auth, roles, started));
        return started.future();
    }

    private static Future<Node> node(ServeOptions options, VertxBuilder builder) {
        try {
            Happenings.check(options.eventsFeed);
            Optional<RedisEndpoint> redis = options.node.redis();
            Optional<ClusterOptions> cluster = options.node.cluster();
            return redis.isEmpty()
                    ? Future.succeededFuture(Node.alone(builder, options.logBytes()))
                    : Node.sharing(builder, redis.get(), cluster, Gateway::writer);
        } catch (IllegalArgumentException e) {
            return Future.failedFuture(e);
        }
    }

    /** What the log refuses, whichever route asked for it. */
    private static Throwable problem(Throwable failure) {
        if (failure instanceof LogUnavailable) {
            return new Problem(503, "log_unavailable", "The log cannot be reached; try again in a moment.")
                    .header("Retry-After", "2");
        }
        return failure instanceof LogFull
                ? new Problem(503, "log_full", "The log has no room; try again later.").header("Retry-After", "10")
                : failure;
    }

    /** Runs have one writer, which stands in their id; who else is rung for is registered by stream. */
    private static Optional<String> writer(StreamName stream) {
        return stream.kind() == StreamName.Kind.RUN ? Optional.of(OwnedId.node(stream.id())) : Optional.empty();
    }

    private void start(ServeOptions options, AuthOptions auth, List<Role> roles, Promise<Gateway> started) {
        long lifetime = options.drain.lifetimeMillis();
        if (lifetime > 0) {
            heartbeats.lifetime(lifetime);
        }
        drain = new Drain(node, edge, heartbeats, happenings, roles, options.drain);
        node.doorbell().ifPresent(this::endLostRuns);
        edge.prepare()
                .compose(prepared -> TokenVerifier.create(node.vertx(), auth))
                .compose(verifier -> tickets(node.vertx(), auth)
                        .compose(tickets -> deploy(roles, new Credentials(verifier), tickets)))
                .compose(done -> listen(options))
                .onSuccess(started::complete)
                .onFailure(cause -> close().onComplete(closed -> started.fail(misuse(cause))));
    }

    /** In a log that others share, agents can be gone while their runs are not. */
    private void endLostRuns(BusDoorbell doorbell) {
        doorbell.onLost(stream -> deathWatch.unanswered(stream.id()));
        node.onGone(tag -> {
            agents.gone(tag);
            deathWatch.gone(tag);
        });
        deathWatch.start();
    }

    private static AuthOptions auth(ServeOptions options) {
        try {
            return options.auth();
        } catch (BadKey | IllegalArgumentException e) {
            throw misuse(e);
        }
    }

    /** From the secret of the tokens, if there is one; its file is read on a worker. */
    private static Future<Optional<Tickets>> tickets(Vertx vertx, AuthOptions auth) {
        Path secret = auth.hs256KeyFile();
        return secret == null
                ? Future.succeededFuture(Optional.empty())
                : vertx.executeBlocking(() -> Optional.of(Tickets.create(KeyFile.read(secret))));
    }

    private Future<Void> deploy(List<Role> roles, Credentials credentials, Optional<Tickets> tickets) {
        Register register =
                node.doorbell().isPresent() ? Register.shared(node.vertx(), node.log(), node.tag()) : Register.NONE;
        Services services = new Services(
                node.vertx(),
                node.log(),
                node.tag(),
                agents,
                lostRuns,
                register,
                edge,
                credentials,
                heartbeats,
                tickets,
                happenings);
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
        if (cause instanceof LogUnavailable) {
            return new IllegalStateException(cause.getMessage(), cause);
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

    /** The log of a process that keeps it in memory: for figures of what it holds. */
    public MemoryLog log() {
        return (MemoryLog) node.log();
    }

    public Heartbeats heartbeats() {
        return heartbeats;
    }

    /** Leaves so that nobody loses anything, in the time that the flags give; then as {@link #close}. */
    public Future<Void> drain() {
        Drain steps = drain;
        if (steps == null) {
            return close();
        }
        steps.run(this::undeploy).onComplete(done -> close());
        return closed.future();
    }

    /** Leaves at once: no traffic any more, a last word for each run, then the ports. Once, however often it is called. */
    public Future<Void> close() {
        if (closing.compareAndSet(false, true)) {
            node.ready(false);
            deathWatch.close();
            undeploy().eventually(edge::close).onComplete(ports -> node.close().onComplete(closed));
        }
        return closed.future();
    }

    /**
     * The verticles in the reverse order of their start: the agent comes last, so it goes first and gives each run its
     * last word while somebody can still be told.
     */
    private Future<Void> undeploy() {
        Future<Void> undeployed = Future.succeededFuture();
        List<String> reversed = new ArrayList<>(deployments);
        deployments.clear();
        Collections.reverse(reversed);
        for (String deployment : reversed) {
            undeployed = undeployed.eventually(() -> node.vertx().undeploy(deployment));
        }
        return undeployed;
    }
}
