package dev.millrace.launch;

import dev.millrace.feed.Happenings;
import dev.millrace.http.Edge;
import dev.millrace.node.Node;
import dev.millrace.sse.Heartbeats;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a process leaves without anybody losing anything: not ready, no new work, the runs end, the readers are sent away,
 * the ports close. The runs come before the readers, because where the log is in memory an answer can be read to its end
 * here only; a process without an agent has no runs, and its readers go at once.
 *
 * <p>A step that fails is written to the log and the next one follows: who leaves, leaves.
 */
final class Drain {

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /** For answers that are on their way when the ports close, and for readers who have the last word before them. */
    private static final long CLOSING_MILLIS = 3_000;

    private final Node node;
    private final Edge edge;
    private final Heartbeats heartbeats;
    private final Happenings happenings;
    private final List<Role> roles;
    private final DrainFlags times;

    Drain(Node node, Edge edge, Heartbeats heartbeats, Happenings happenings, List<Role> roles, DrainFlags times) {
        this.node = node;
        this.edge = edge;
        this.heartbeats = heartbeats;
        this.happenings = happenings;
        this.roles = roles;
        this.times = times;
    }

    /**
     * Goes through all steps, on any thread.
     *
     * @param lastWords ends the runs that are not over when their grace is
     * @return completes, never fails, when nobody is served any more
     */
    Future<Void> run(Supplier<Future<Void>> lastWords) {
        node.ready(false);
        LOG.info("Stopping: not ready; a second signal stops at once");
        return pause(times.delay)
                .compose(waited -> step("the work did not end in order", this::endWork))
                .compose(ended -> step("not every run has a last word", lastWords))
                .compose(told -> step("not every reader was sent away", this::sendReadersAway))
                .compose(away -> step("the port did not close in order", this::closePort));
    }

    private static Future<Void> step(String trouble, Supplier<Future<Void>> step) {
        return step.get()
                .onFailure(cause -> LOG.warn("Stopping: {}", trouble, cause))
                .otherwiseEmpty();
    }

    private Future<Void> pause(Duration time) {
        return time.isZero()
                ? Future.succeededFuture()
                : node.vertx().timer(time.toMillis()).mapEmpty();
    }

    private Future<Void> endWork() {
        LOG.info("Stopping: no new work; runs may go on for {} ms", times.grace.toMillis());
        edge.refuseWork();
        happenings.nodeDraining();
        Future<?> ended = Future.join(
                roles.stream().map(role -> role.drain(times.grace.toMillis())).toList());
        Promise<Void> over = Promise.promise();
        ended.onComplete(done -> over.tryComplete());
        pause(times.grace).onComplete(patience -> over.tryComplete());
        return over.future();
    }

    private Future<Void> sendReadersAway() {
        LOG.info("Stopping: {} readers are sent away within {} ms", heartbeats.open(), times.window.toMillis());
        edge.refuseStreams();
        return heartbeats.drain(times.window.toMillis());
    }

    private Future<Void> closePort() {
        LOG.info("Stopping: the port closes; {} readers have the end of a run before them", heartbeats.open());
        return edge.shutdown(CLOSING_MILLIS);
    }
}
