package dev.millrace.node;

import dev.millrace.log.MemoryLog;
import dev.millrace.log.StreamLog;
import dev.millrace.log.redis.RedisEndpoint;
import dev.millrace.log.redis.RedisLimits;
import dev.millrace.log.redis.RedisLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One process of the system: its Vert.x, its log, and whether it should get traffic. It lets go of everything when it is
 * closed.
 */
public final class Node {

    private final Vertx vertx;
    private final StreamLog log;
    private final String tag;
    private final Supplier<Future<Void>> closeLog;
    private final @Nullable BusDoorbell doorbell;
    private final Supplier<List<String>> members;
    private volatile Consumer<String> gone = tag -> {};
    private volatile boolean ready;

    private Node(
            Vertx vertx,
            StreamLog log,
            String tag,
            Supplier<Future<Void>> closeLog,
            @Nullable BusDoorbell doorbell,
            Supplier<List<String>> members) {
        this.vertx = vertx;
        this.log = log;
        this.tag = tag;
        this.closeLog = closeLog;
        this.doorbell = doorbell;
        this.members = members;
    }

    /**
     * A node that keeps its log in its own heap, and so is alone.
     *
     * @param logBytes how much the log may weigh
     */
    public static Node alone(VertxBuilder builder, long logBytes) {
        Vertx vertx = builder.build();
        MemoryLog log = new MemoryLog(vertx, System::currentTimeMillis, Map.of(), logBytes);
        return new Node(vertx, log, tag(UUID.randomUUID().toString()), new Sweep(vertx, log)::close, null, List::of);
    }

    /**
     * A node whose log is in Redis, alone or as a member of a cluster.
     *
     * @param writers tells from a stream's name the tag of the node that writes it
     * @return fails with one sentence when Redis or the cluster file is not as it should be, and leaves nothing running
     */
    public static Future<Node> sharing(
            VertxBuilder builder, RedisEndpoint redis, Optional<ClusterOptions> cluster, BusDoorbell.Writers writers) {
        if (cluster.isEmpty()) {
            String tag = tag(UUID.randomUUID().toString());
            Vertx vertx = builder.build();
            return open(vertx, redis, tag, new BusDoorbell(vertx.eventBus(), tag, writers), List::of);
        }
        return Cluster.join(builder, cluster.get()).compose(joined -> {
            String tag = tag(joined.nodeId());
            BusDoorbell doorbell = new BusDoorbell(joined.vertx().eventBus(), tag, writers);
            return open(joined.vertx(), redis, tag, doorbell, joined::nodeIds)
                    .onSuccess(node -> joined.onMemberGone(member -> {
                        doorbell.gone(tag(member));
                        node.gone.accept(tag(member));
                    }));
        });
    }

    private static Future<Node> open(
            Vertx vertx, RedisEndpoint redis, String tag, BusDoorbell doorbell, Supplier<List<String>> members) {
        Promise<Node> opened = Promise.promise();
        RedisLog.open(vertx, redis, RedisLimits.DEFAULTS, Map.of(), doorbell)
                .compose(log -> doorbell.open(log).map(new Node(vertx, log, tag, log::close, doorbell, members)))
                .onSuccess(opened::complete)
                .onFailure(cause -> vertx.close().onComplete(closed -> opened.fail(cause)));
        return opened.future();
    }

    /** What stands for a node in the ids of the runs it writes. */
    private static String tag(String nodeId) {
        return nodeId.replace("-", "").substring(0, 8);
    }

    public Vertx vertx() {
        return vertx;
    }

    public StreamLog log() {
        return log;
    }

    /** Eight letters and digits that tell this node from every other. */
    public String tag() {
        return tag;
    }

    /** Whether the node with that tag is this one or a member of its cluster. */
    public boolean isMember(String other) {
        return other.equals(tag)
                || members.get().stream().anyMatch(member -> tag(member).equals(other));
    }

    /** Who is told, on any thread, the tag of each node that has left the cluster or died. */
    public void onGone(Consumer<String> gone) {
        this.gone = gone;
    }

    /** Tells who carries the news between nodes; empty when this one is alone. */
    public Optional<BusDoorbell> doorbell() {
        return Optional.ofNullable(doorbell);
    }

    public boolean isReady() {
        return ready;
    }

    /** From now on, or until it is taken back, this node should get traffic. */
    public void ready(boolean ready) {
        this.ready = ready;
    }

    public Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        closeLog.get().onComplete(log -> vertx.close().onComplete(closed));
        return closed.future();
    }
}
