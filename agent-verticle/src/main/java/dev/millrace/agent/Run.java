package dev.millrace.agent;

import dev.millrace.agent.model.ModelFailure;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.Tool;
import dev.millrace.agent.model.ToolSource;
import dev.millrace.agent.model.ToolsRefused;
import dev.millrace.agent.model.Usage;
import dev.millrace.agent.time.Clock;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import dev.millrace.feed.Happenings;
import dev.millrace.log.Conflict;
import dev.millrace.log.LogUnavailable;
import dev.millrace.log.StreamLog;
import dev.millrace.rescue.LostRuns;
import dev.millrace.run.Conversation.Message;
import dev.millrace.run.Input;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import dev.millrace.run.StartRun;
import dev.millrace.run.Started;
import dev.millrace.run.Turn;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
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

    /** How long until a last word is tried again for which the log was not there. */
    private static final long AGAIN_MILLIS = 1_000;

    private final Clock clock;
    private final Reports reports;
    private final Limits limits;
    private final Answering answering;
    private final Conversations conversations;
    private final LostRuns lostRuns;
    private final StartRun request;
    private final Started ids;
    private final RunStream stream;
    private final Promise<Void> ended = Promise.promise();
    private final Calling calling;
    private final WorkLimit limit;
    private final Requests requests;
    private final Inputs inputs;
    private final Composing composing;
    private final Recollection recollection;

    private String question = "";
    private boolean begun;
    private boolean over;
    private boolean discarded;
    private @Nullable Ending early;
    private long startedAt;
    private long watchedAt;
    private int ahead;
    private Future<?> noted = Future.succeededFuture();
    private List<Prompt.Turn> turns = List.of();
    private @Nullable Long ttftMillis;
    private RunEvent.@Nullable Done lastWord;

    Run(
            Clock clock,
            StreamLog log,
            Happenings told,
            Limits limits,
            Answering answering,
            Conversations conversations,
            LostRuns lostRuns,
            StartRun request,
            Started ids) {
        this.clock = clock;
        this.reports = new Reports(told, request, ids);
        this.limits = limits;
        this.answering = answering;
        this.conversations = conversations;
        this.lostRuns = lostRuns;
        this.request = request;
        this.ids = ids;
        this.stream = new RunStream(log, ids.run(), cause -> end(Ending.notKept(cause)));
        this.limit = new WorkLimit(clock, () -> end(Ending.TIMEOUT));
        this.requests = new Requests(clock, stream, limits.inputTimeout(), limit, reports::asked);
        Steering steering = new Steering();
        this.inputs = new Inputs(stream, requests, steering, answering.model()::isSteerable, this::note);
        Sources sources = new Sources();
        this.calling = new Calling(clock, stream, sources, requests, answering::needsApproval, reports::called);
        this.composing = new Composing(stream, answering.model(), calling, sources, steering, this);
        this.recollection = new Recollection(
                stream,
                answering.model(),
                limits.historyTokens(),
                (upTo, summary) -> conversations.summarize(ids.session(), upTo, summary),
                composing::spent);
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
     * @return completes, never fails, when the run's stream is there: whoever hears of the run will look for it
     */
    Future<Void> begin(String asked, List<Future<Void>> before) {
        begun = true;
        question = asked;
        startedAt = clock.millis();
        watchedAt = startedAt;
        Future<Void> started = stream.append(new Status(Step.STARTED, started()));
        reports.started();
        ahead = before.size();
        if (early != null) {
            end(early);
        } else if (ahead == 0) {
            work();
        } else {
            queued();
            before.forEach(end -> end.onComplete(done -> moveUp()));
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

    private void moveUp() {
        ahead--;
        if (over) {
            return;
        }
        if (ahead == 0) {
            work();
        } else {
            queued();
        }
    }

    private void queued() {
        String label = ahead == 1 ? "Waiting for the run before" : "Waiting for the runs before";
        stream.append(
                new Status(Step.QUEUED, new JsonObject().put("label", label).put("position", ahead)));
    }

    /** The time limit is one for work. Those who wait are bounded by the limits of those ahead. */
    private void work() {
        Long asked = request.timeoutMillis();
        long most = limits.runTimeout().toMillis();
        limit.begin(asked == null ? most : Math.min(asked, most));
        conversations
                .read(ids.session())
                .compose(conversation -> recollection.of(ids.run(), question, conversation))
                .onSuccess(this::work)
                .onFailure(this::fail);
    }

    /** A model that calls tools searches by itself, when it wants to. */
    private void work(List<Prompt.Turn> read) {
        turns = read;
        Future<Prompt> asked = answering.model().callsTools()
                ? Future.succeededFuture(new Prompt(read, List.of(), tools(), List.of()))
                : retrieve();
        asked.onSuccess(this::generate).onFailure(this::fail);
    }

    private List<Tool> tools() {
        ToolSource.Offer offer = answering.tools(request.tools(), request.clientTools(), requests);
        if (!over) {
            offer.missing().forEach(calling::missing);
        }
        return offer.tools();
    }

    private Future<Prompt> retrieve() {
        Prompt unread = new Prompt(turns, List.of());
        if (over || !answering.mayRetrieve(request.tools())) {
            return Future.succeededFuture(unread);
        }
        stream.append(Status.of(Step.RETRIEVING, answering.searching()));
        return answering
                .retrieve(turns)
                .map(passages -> new Prompt(turns, passages))
                .recover(cause -> {
                    unsearched(cause);
                    return Future.succeededFuture(unread);
                });
    }

    /** An answer without documents is better than none, and its reader knows. */
    private void unsearched(Throwable cause) {
        if (!over) {
            LOG.warn("run {} could not search the documents", ids.run(), cause);
            stream.append(new RunEvent.Warning("retrieval_failed", "The documents could not be searched."));
        }
    }

    private void generate(Prompt asked) {
        if (!asked.passages().isEmpty()) {
            JsonArray passages = new JsonArray();
            asked.passages().forEach(passage -> passages.add(passage.toJson()));
            stream.append(new RunEvent.Artifact("passages", 1, "passages", "What was found", passages, true));
        }
        if (!over) { // since long, or because the log has refused one of these
            composing.begin(asked);
        }
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
        discarded = true;
        end(Ending.CANCELLED);
    }

    /** Takes what a person says, as {@link Inputs} does. */
    Future<Void> input(Input input) {
        return inputs.take(input);
    }

    /** What steers is a part of the conversation, behind the question that it is about. */
    private Future<Void> note(String text) {
        Message message = Message.question("msg_" + OwnedId.randomText(), text, ids.run());
        Future<Void> written = conversations
                .record(request.owner(), ids.session(), message)
                .onFailure(cause -> LOG.error("what steers run {} is not in its conversation", ids.run(), cause))
                .<Void>mapEmpty()
                .otherwiseEmpty();
        noted = Future.join(noted, written);
        return written;
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
        stream.end(ending, this::lastWord)
                .transform(told -> recordAs(told.succeeded() ? told.result() : ending, told.cause()))
                .onComplete(done -> ended.complete());
        recollection.cancel();
        composing.cancel();
    }

    /**
     * The log was away for too long, so nobody knows how much of the answer it has: whoever reads what is there can end
     * it, as for an agent that is gone. Until the log is back the run keeps its place.
     */
    private Future<Void> endLater() {
        return lostRuns.end(ids.run(), Ending.LOG_LOST).transform(tried -> {
            if (tried.succeeded() && tried.result()) {
                return Future.succeededFuture();
            }
            Promise<Void> waited = Promise.promise();
            clock.in(AGAIN_MILLIS, waited::complete);
            return waited.future().compose(done -> endLater());
        });
    }

    /** Somebody else has ended the run; or the log has lost what was written last in a failover, and then nobody has. */
    private Future<Void> fenced() {
        return stream.isOver()
                .transform(over -> over.succeeded() && over.result() ? Future.succeededFuture() : endLater());
    }

    private RunEvent.Done lastWord(Ending ending) {
        RunEvent.Done done = RunEvent.Done.of(
                ending.outcome(),
                ending.finish(),
                clock.millis() - startedAt,
                ttftMillis,
                usage(),
                stream.transcript().text());
        lastWord = done;
        return done;
    }

    private JsonObject usage() {
        Usage counted = composing.usage();
        JsonObject json = new JsonObject()
                .put("input_tokens", counted.inputTokens())
                .put("output_tokens", counted.outputTokens());
        return counted.estimated() ? json.put("estimated", true) : json;
    }

    private Future<?> recordAs(Ending ending, @Nullable Throwable untold) {
        if (untold instanceof Conflict) {
            LOG.warn("run {} is not this agent's any more: {}", ids.run(), untold.getMessage());
            return fenced();
        }
        if (untold instanceof LogUnavailable) {
            LOG.warn("run {} ends when the log is back: {}", ids.run(), untold.getMessage());
            return endLater();
        }
        if (untold != null) {
            LOG.error("run {} has no last word", ids.run(), untold);
        }
        if (untold == null) {
            reports.completed(Objects.requireNonNull(lastWord), ending.failure());
        }
        if (discarded) {
            return Future.succeededFuture();
        }
        Message answer = Message.answer(
                Turn.answerId(ids.run()),
                stream.transcript().text(),
                ids.run(),
                ending.outcome().text(),
                stream.transcript().citations());
        return noted.transform(settled -> conversations.record(request.owner(), ids.session(), answer))
                .onFailure(cause -> LOG.error("run {} is not in its conversation", ids.run(), cause));
    }
}
