package dev.millrace.agent;

import dev.millrace.agent.model.ModelFailure;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.ToolsRefused;
import dev.millrace.agent.model.Usage;
import dev.millrace.agent.time.Clock;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import dev.millrace.run.Input;
import dev.millrace.run.Owner;
import dev.millrace.run.StartRun;
import dev.millrace.run.Started;
import dev.millrace.run.Turn;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One answer from its question to its last word: waits for the runs ahead of it, retrieves, generates, ends. Whatever
 * happens, its stream gets exactly one {@code done}, unless the log says that somebody else has written there: then it was
 * theirs to give.
 *
 * <p>On the agent's thread.
 */
final class Run implements Composing.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    private final Clock clock;
    private final Limits limits;
    private final Conversations conversations;
    private final StartRun request;
    private final Started ids;
    private final Reports reports;
    private final RunStream stream;
    private final Waiting waiting;
    private final WorkLimit limit;
    private final Requests requests;
    private final Inputs inputs;
    private final Composing composing;
    private final Recollection recollection;
    private final Briefing briefing;
    private final Closing closing;
    private final Promise<Void> ended = Promise.promise();

    private String question = "";
    private boolean begun;
    private boolean over;
    private @Nullable Ending early;
    private long startedAt;
    private long watchedAt;
    private List<Prompt.Turn> turns = List.of();
    private @Nullable Long ttftMillis;

    Run(
            Surroundings around,
            Limits limits,
            Answering answering,
            Conversations conversations,
            StartRun request,
            Started ids) {
        this.clock = around.clock();
        this.limits = limits;
        this.conversations = conversations;
        this.request = request;
        this.ids = ids;
        this.reports = new Reports(around.told(), request, ids);
        this.stream = new RunStream(around.log(), ids.run(), cause -> end(Ending.notKept(cause)));
        this.waiting = new Waiting(stream, this::work);
        this.limit = new WorkLimit(clock, () -> end(Ending.TIMEOUT));
        this.requests = new Requests(clock, stream, limits.inputTimeout(), limit, reports::asked);
        RunMessages messages = new RunMessages(conversations, request.owner(), ids);
        Steering steering = new Steering();
        this.inputs = new Inputs(stream, requests, steering, answering.model()::isSteerable, messages::note);
        Sources sources = new Sources();
        Calling calling = new Calling(clock, stream, sources, requests, answering::needsApproval, reports::called);
        this.composing = new Composing(stream, answering.model(), calling, sources, steering, this);
        this.recollection = new Recollection(
                stream,
                answering.model(),
                limits.historyTokens(),
                (upTo, summary) -> conversations.summarize(ids.session(), upTo, summary),
                composing::spent);
        this.briefing = new Briefing(stream, answering, calling, requests, request);
        this.closing = new Closing(clock, ids.run(), stream, around.lostRuns(), reports, messages);
    }

    Started ids() {
        return ids;
    }

    Owner owner() {
        return request.owner();
    }

    /** Completes, never fails, when the last word is in the log and the answer in its conversation. */
    Future<Void> ended() {
        return ended.future();
    }

    /**
     * Its question stands in the conversation, behind those of the runs ahead.
     *
     * @param asked the question's text
     * @param ahead the ends of those runs, none of which fails
     * @return completes, never fails, when the run's stream is there: whoever hears of the run will look for it
     */
    Future<Void> begin(String asked, List<Future<Void>> ahead) {
        begun = true;
        question = asked;
        startedAt = clock.millis();
        watchedAt = startedAt;
        Future<Void> started = stream.append(new Status(Step.STARTED, started()));
        reports.started();
        if (early != null) {
            end(early);
        } else {
            waiting.behind(ahead);
        }
        // A log that refuses the first word may still take the last.
        return started.recover(refused -> ended());
    }

    /** The first event of the stream, from which all is known of a run that its question has said of it. */
    private JsonObject started() {
        JsonObject started = new JsonObject()
                .put("run", ids.run())
                .put("session", ids.session())
                .put("message", Turn.answerId(ids.run()));
        if (request.detach()) {
            started.put("detach", true);
        }
        return request.metadata().isEmpty() ? started : started.put("metadata", request.metadata());
    }

    /** Its question did not get into the conversation: it leaves no trace. */
    void abandon() {
        over = true;
        ended.tryComplete();
    }

    /** The time limit is one for work. Those who wait are bounded by the limits of those ahead. */
    private void work() {
        if (over) {
            return;
        }
        Long asked = request.timeoutMillis();
        long most = limits.runTimeout().toMillis();
        limit.begin(asked == null ? most : Math.min(asked, most));
        conversations
                .read(ids.session())
                .compose(conversation -> recollection.of(ids.run(), question, conversation))
                .onSuccess(this::work)
                .onFailure(this::fail);
    }

    private void work(List<Prompt.Turn> read) {
        turns = read;
        // Whatever a tool source throws ends the run, too.
        Future.succeededFuture(read)
                .compose(briefing::prompt)
                .onSuccess(asked -> {
                    if (!over) { // since long, or because the log has refused what was found
                        composing.begin(asked);
                    }
                })
                .onFailure(this::fail);
    }

    @Override
    public void begun() {
        ttftMillis = clock.millis() - startedAt;
    }

    @Override
    public void whole(String finish) {
        end(Ending.completed(finish));
    }

    /** A model that cannot call tools after all is given what was found, as those are that never could. */
    @Override
    public void failed(Throwable cause) {
        if (cause instanceof ToolsRefused && !over) {
            work(turns);
        } else {
            fail(cause);
        }
    }

    private void fail(Throwable cause) {
        if (over) {
            return;
        }
        if (cause instanceof ModelFailure known) {
            LOG.warn("run {} has no whole answer: {}", ids.run(), known.code());
            end(Ending.failed(known));
        } else {
            LOG.error("run {} failed", ids.run(), cause);
            end(Ending.FAILED);
        }
    }

    /** Ends without a trace in the conversation, which is about to be erased. */
    void discard() {
        closing.leaveNoTrace();
        end(Ending.CANCELLED);
    }

    /** Takes what a person says, as {@link Inputs} does. */
    Future<Void> input(Input input) {
        return inputs.take(input);
    }

    /**
     * Ends a run that nobody has watched for the grace. Somebody who waits in the queue watches too. A run that waits for a
     * person is not ended: whoever it asks may be on the way, and the request has a time of its own.
     */
    void check() {
        long now = clock.millis();
        if (!begun || request.detach() || requests.areOpen() || stream.readers() > 0) {
            watchedAt = now;
        } else if (now - watchedAt >= limits.detachGrace().toMillis()) {
            end(Ending.UNWATCHED);
        }
    }

    /** The first to call this says how the run ends. Before it has begun, it ends as soon as it begins. */
    void end(Ending ending) {
        if (over) {
            return;
        }
        if (!begun) {
            early = early == null ? ending : early;
            return;
        }
        over = true;
        limit.end();
        inputs.end();
        closing.end(ending, this::lastWord).onComplete(done -> ended.complete());
        recollection.cancel();
        composing.cancel();
    }

    private RunEvent.Done lastWord(Ending ending) {
        return RunEvent.Done.of(
                ending.outcome(),
                ending.finish(),
                clock.millis() - startedAt,
                ttftMillis,
                usage(),
                stream.transcript().text());
    }

    private JsonObject usage() {
        Usage counted = composing.usage();
        JsonObject json = new JsonObject()
                .put("input_tokens", counted.inputTokens())
                .put("output_tokens", counted.outputTokens());
        return counted.estimated() ? json.put("estimated", true) : json;
    }
}
