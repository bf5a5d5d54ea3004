package dev.millrace.agent;

import dev.millrace.agent.time.Clock;
import dev.millrace.event.RunEvent.Done;
import dev.millrace.log.Conflict;
import dev.millrace.log.LogUnavailable;
import dev.millrace.rescue.LostRuns;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a run leaves: its last word in its stream, its answer in the conversation, and word of it on the feed. Whatever the
 * log does meanwhile, the stream gets exactly one last word, and it is either ours or somebody else's. On the run's thread.
 */
final class Closing {

    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    /** How long until a last word is tried again for which the log was not there. */
    private static final long AGAIN_MILLIS = 1_000;

    private final Clock clock;
    private final String run;
    private final RunStream stream;
    private final LostRuns lostRuns;
    private final Reports reports;
    private final RunMessages messages;
    private @Nullable Done lastWord;
    private boolean traceless;

    Closing(Clock clock, String run, RunStream stream, LostRuns lostRuns, Reports reports, RunMessages messages) {
        this.clock = clock;
        this.run = run;
        this.stream = stream;
        this.lostRuns = lostRuns;
        this.reports = reports;
        this.messages = messages;
    }

    /** The conversation gets no answer, because it is about to be erased. */
    void leaveNoTrace() {
        traceless = true;
    }

    /**
     * Completes, never fails, when all is written.
     *
     * @param word the last word, given how the run ends, which need not be as asked
     */
    Future<Void> end(Ending asked, Function<Ending, Done> word) {
        return stream.end(asked, ending -> {
                    Done done = word.apply(ending);
                    lastWord = done;
                    return done;
                })
                .transform(told -> told.succeeded() ? ended(told.result()) : untold(asked, told.cause()))
                .otherwiseEmpty();
    }

    private Future<Void> ended(Ending ending) {
        if (lastWord != null) {
            reports.completed(lastWord, ending.failure());
        }
        return answer(ending);
    }

    private Future<Void> answer(Ending ending) {
        return traceless
                ? Future.succeededFuture()
                : messages.answer(stream.transcript(), ending.outcome().text());
    }

    private Future<Void> untold(Ending asked, Throwable cause) {
        if (cause instanceof Conflict) {
            LOG.warn("run {} is not this agent's any more: {}", run, cause.getMessage());
            return fenced();
        }
        if (cause instanceof LogUnavailable) {
            LOG.warn("run {} ends when the log is back: {}", run, cause.getMessage());
            return later();
        }
        LOG.error("run {} has no last word", run, cause);
        return answer(asked);
    }

    /** Somebody else has ended the run; or the log has lost what was written last in a failover, and then nobody has. */
    private Future<Void> fenced() {
        return stream.isOver()
                .transform(over -> over.succeeded() && over.result() ? Future.succeededFuture() : later());
    }

    /**
     * The log was away for too long, so nobody knows how much of the answer it has: whoever reads what is there can end
     * it, as for an agent that is gone. Until the log is back the run keeps its place.
     */
    private Future<Void> later() {
        return lostRuns.end(run, Ending.LOG_LOST).transform(tried -> {
            if (tried.succeeded() && tried.result()) {
                return Future.succeededFuture();
            }
            Promise<Void> waited = Promise.promise();
            clock.in(AGAIN_MILLIS, waited::complete);
            return waited.future().compose(done -> later());
        });
    }
}
