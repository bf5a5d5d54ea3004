package dev.millrace.agent;

import dev.millrace.agent.time.Clock;
import dev.millrace.event.EventId;
import dev.millrace.log.Conflict;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Claim;
import dev.millrace.run.Refusal;
import dev.millrace.run.StartRun;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Idempotency keys: of all requests under one key one begins a run, and the others get that run. */
final class Claims {

    /** How long, and how often, somebody else's start under the same key is waited for. */
    private static final long WAIT_MILLIS = 50;

    private static final int WAITS = 40;

    private final StreamLog log;
    private final Clock clock;

    Claims(StreamLog log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /**
     * @param ids of the run that begins if the key is new
     * @param begin begins it
     */
    Future<Started> start(StartRun request, String key, Started ids, Supplier<Future<Started>> begin) {
        StreamName claim = StreamName.claim(request.owner().key(key));
        return log.append(claim, List.of(new Claim(ids, request.bodyDigest()).toEvent()), 0)
                .transform(claimed -> {
                    if (claimed.succeeded()) {
                        return begin.get().recover(cause -> release(claim, cause));
                    }
                    return claimed.cause() instanceof Conflict
                            ? attach(request, claim, WAITS)
                            : Future.failedFuture(claimed.cause());
                });
    }

    /** A refused start must not leave a key that stands for a run nobody began. */
    private Future<Started> release(StreamName claim, Throwable cause) {
        return log.expire(claim, Duration.ZERO).transform(gone -> Future.failedFuture(cause));
    }

    /** Finds the run that the key stands for; the request that claimed it may not have begun it yet. */
    private Future<Started> attach(StartRun request, StreamName claim, int waits) {
        return log.read(claim, EventId.BEGINNING, 1).compose(page -> {
            if (page.entries().isEmpty()) {
                return Future.failedFuture(
                        new Refusal(503, "start_refused", "The first request under this key was refused; try again."));
            }
            Claim first = Claim.of(page.entries().get(0));
            if (!first.bodyDigest().equals(request.bodyDigest())) {
                return Future.failedFuture(new Refusal(
                        409,
                        "idempotency_mismatch",
                        "This Idempotency-Key was used with another body; use a new key."));
            }
            return log.head(StreamName.run(first.started().run())).compose(extent -> {
                if (extent.exists()) {
                    return Future.succeededFuture(first.started().again());
                }
                return waits == 0
                        ? Future.failedFuture(new Refusal(
                                409, "run_gone", "The run of this Idempotency-Key is no longer kept; use a new key."))
                        : waited().compose(done -> attach(request, claim, waits - 1));
            });
        });
    }

    private Future<Void> waited() {
        Promise<Void> waited = Promise.promise();
        clock.in(WAIT_MILLIS, waited::complete);
        return waited.future();
    }
}
