package dev.millrace.node;

import dev.millrace.log.MemoryLog;
import dev.millrace.log.StreamLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;

/**
 * One process of the system: its Vert.x, its log, and whether it should get traffic. It sweeps the log now and then, and
 * lets go of everything when it is closed.
 */
public final class Node {

    private static final long SWEEP_MILLIS = 5_000;

    private final Vertx vertx;
    private final MemoryLog log;
    private final long sweepTimer;
    private volatile boolean ready;

    private Node(Vertx vertx, MemoryLog log) {
        this.vertx = vertx;
        this.log = log;
        this.sweepTimer = vertx.setPeriodic(SWEEP_MILLIS, id -> sweep());
    }

    /**
     * @param logBytes how much the log may weigh
     */
    public static Node start(Vertx vertx, long logBytes) {
        return new Node(vertx, new MemoryLog(vertx, System::currentTimeMillis, Map.of(), logBytes));
    }

    /** On a worker: a look at ten thousand streams takes longer than an event loop has. */
    private void sweep() {
        vertx.executeBlocking(() -> {
                    log.sweep();
                    return null;
                })
                .onFailure(cause ->
                        org.slf4j.LoggerFactory.getLogger(Node.class).error("the log could not be swept", cause));
    }

    public Vertx vertx() {
        return vertx;
    }

    public StreamLog log() {
        return log;
    }

    /** The same log, for who asks what it holds. */
    public MemoryLog memoryLog() {
        return log;
    }

    public boolean isReady() {
        return ready;
    }

    /** From now on, or until it is taken back, this node should get traffic. */
    public void ready(boolean ready) {
        this.ready = ready;
    }

    public Future<Void> close() {
        vertx.cancelTimer(sweepTimer);
        return vertx.close();
    }
}
