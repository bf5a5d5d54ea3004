package dev.millrace.agent;

import dev.millrace.event.EventId;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.log.Tail;
import dev.millrace.rescue.LostRuns;
import dev.millrace.run.Agents;
import dev.millrace.run.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * Runs that other agents write, as this one sees them: a stream in the log that will end, because its agent ends it or
 * because somebody notices that its agent is gone.
 */
final class Elsewhere {

    private final StreamLog log;
    private final Agents agents;
    private final LostRuns lostRuns;

    Elsewhere(StreamLog log, Agents agents, LostRuns lostRuns) {
        this.log = log;
        this.agents = agents;
        this.lostRuns = lostRuns;
    }

    /** Completes, never fails, when the run is over. Reading its stream is what makes a dead agent noticed. */
    Future<Void> ended(String run) {
        StreamName stream = StreamName.run(run);
        return log.head(stream)
                .compose(extent -> extent.exists() && !extent.closed()
                        ? end(stream, extent.head())
                        : Future.<Void>succeededFuture())
                .otherwiseEmpty();
    }

    private Future<Void> end(StreamName stream, EventId after) {
        Promise<Void> ended = Promise.promise();
        Tail tail = log.tail(stream, after);
        tail.exceptionHandler(gone -> ended.tryComplete());
        tail.endHandler(over -> ended.tryComplete());
        tail.handler(reading -> {});
        return ended.future();
    }

    /** Asks the run's agent for its end, and ends it where that agent is gone. Completes when it is over. */
    Future<Void> cancel(String run) {
        return lostRuns.cancel(agents, run)
                .recover(cause -> cause instanceof Refusal ? Future.succeededFuture() : Future.failedFuture(cause))
                .compose(asked -> ended(run))
                .otherwiseEmpty();
    }
}
