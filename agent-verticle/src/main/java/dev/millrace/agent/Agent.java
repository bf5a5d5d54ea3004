package dev.millrace.agent;

import dev.millrace.log.Conflict;
import dev.millrace.log.LogFull;
import dev.millrace.log.LogUnavailable;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Agents;
import dev.millrace.run.Amendment;
import dev.millrace.run.ClientTool;
import dev.millrace.run.Input;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import dev.millrace.run.Refusal;
import dev.millrace.run.RunShelf;
import dev.millrace.run.StartRun;
import dev.millrace.run.StartRun.IfRunning;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes runs and looks after them. What decides between two requests at once (the same idempotency key, the same
 * conversation) is an append with an expected seq: the log says who came first, on whichever node they came.
 *
 * <p>On the verticle's thread.
 */
final class Agent implements Agents {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final Surroundings around;
    private final Limits limits;
    private final Answering answering;
    private final Roll runs;
    private final Predecessors predecessors;
    private final Conversations conversations;
    private final Claims claims;
    private final Quota quota;
    private final Map<String, Future<Void>> erasing = new HashMap<>();
    private boolean stopping;

    Agent(Surroundings around, Limits limits, Answering answering, Elsewhere elsewhere) {
        this.around = around;
        this.limits = limits;
        this.answering = answering;
        this.runs = new Roll(around.clock(), around.register()::over);
        this.predecessors = new Predecessors(around.tag(), runs, elsewhere);
        this.conversations = new Conversations(around.log(), around.told(), runs::has);
        this.claims = new Claims(around.log(), around.clock());
        this.quota = new Quota(limits, around.register(), around.log());
    }

    @Override
    public Future<Started> start(StartRun request) {
        Refusal unknown = refusal(request);
        if (unknown != null) {
            return Future.failedFuture(unknown);
        }
        String session =
                request.session() == null ? OwnedId.newSession(request.owner()).text() : request.session();
        Started ids = new Started(OwnedId.newRun(request.owner(), around.tag()).text(), session);
        String key = request.idempotencyKey();
        // A request that finds its run takes no place, so a full agent still answers it.
        Future<Started> started =
                key == null ? begin(request, ids) : claims.start(request, key, ids, () -> begin(request, ids));
        return started.recover(cause -> Future.failedFuture(refusal(cause)));
    }

    private @Nullable Refusal refusal(StartRun request) {
        for (ClientTool tool : request.clientTools()) {
            if (answering.mayHave(tool.name())) {
                return new Refusal(
                        400,
                        "tool_name_taken",
                        "'tools' has '" + tool.name() + "', and the server has a tool of that name; call it otherwise.",
                        new JsonObject().put("field", "tools"));
            }
        }
        for (String tool : request.tools() == null ? List.<String>of() : request.tools()) {
            if (!answering.mayHave(tool)) {
                return new Refusal(
                        400,
                        "unknown_tool",
                        "'tools' has '" + tool + "', and there is: " + String.join(", ", answering.toolNames()) + ".",
                        new JsonObject().put("field", "tools"));
            }
        }
        return null;
    }

    /** The run has its place before anything is written, so whoever ends runs meanwhile finds it. */
    private Future<Started> begin(StartRun request, Started ids) {
        Refusal noPlace = noPlace(ids);
        if (noPlace != null) {
            return Future.failedFuture(noPlace);
        }
        Map<String, Owner> before = runs.owners();
        Run run = new Run(around, limits, answering, conversations, request, ids);
        runs.add(run);
        return quota.admit(ids.run(), request.owner(), before)
                .compose(admitted -> conversations.enter(request, ids))
                .onFailure(cause -> run.abandon())
                .compose(entered -> {
                    boolean interrupt = request.ifRunning() == IfRunning.INTERRUPT;
                    List<Future<Void>> ahead = predecessors.ends(entered.before(), interrupt);
                    return Future.join(run.begin(entered.asked().text(), ahead), list(request.owner(), ids.run()));
                })
                .map(ids);
    }

    /** A run that is missing in its owner's list is a run all the same. */
    private Future<?> list(Owner owner, String run) {
        return around.log()
                .append(StreamName.runShelf(owner.key()), List.of(RunShelf.added(run)), StreamLog.ANYWHERE)
                .onFailure(cause -> LOG.warn("run {} is not in its owner's list", run, cause))
                .otherwiseEmpty();
    }

    private @Nullable Refusal noPlace(Started ids) {
        if (stopping) {
            return new Refusal(503, "stopping", "This agent is about to stop; try again in a moment.");
        }
        if (erasing.containsKey(ids.session())) {
            return Conversations.noSession();
        }
        if (runs.size() >= limits.maxRuns()) {
            return new Refusal(503, "busy", "All " + limits.maxRuns() + " places for runs are taken; try again soon.");
        }
        return null;
    }

    /** What the log refuses is no failure of the agent: it may go well another time. */
    private static Throwable refusal(Throwable cause) {
        if (cause instanceof LogUnavailable) {
            return new Refusal(503, "log_unavailable", "The log cannot be reached; try again in a moment.");
        }
        if (cause instanceof LogFull) {
            return new Refusal(503, "log_full", "There is no room for another run; try again soon.");
        }
        return cause instanceof Conflict
                ? new Refusal(503, "busy", "Too many write to this session at once; try again soon.")
                : cause;
    }

    /** How many runs have a place. */
    int runs() {
        return runs.size();
    }

    @Override
    public Future<Void> cancel(String run) {
        Run known = runs.get(run);
        if (known != null) {
            known.end(Ending.CANCELLED);
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> input(String run, Input input) {
        Run known = runs.get(run);
        return known == null
                ? Future.failedFuture(Refusal.runOver())
                : known.input(input).recover(cause -> Future.failedFuture(refusal(cause)));
    }

    @Override
    public Future<Void> amend(Owner owner, String session, Amendment amendment) {
        return conversations.amend(owner, session, amendment).recover(cause -> Future.failedFuture(refusal(cause)));
    }

    @Override
    public Future<Void> heard(String session, String run, String text) {
        return conversations.heard(session, run, text).recover(cause -> Future.failedFuture(refusal(cause)));
    }

    /** Nobody enters the conversation from here on; who is in it leaves first, so that nothing is written behind us. */
    @Override
    public Future<Void> erase(Owner owner, String session) {
        Future<Void> underWay = erasing.get(session);
        if (underWay != null) {
            return underWay;
        }
        Promise<Void> erased = Promise.promise();
        erasing.put(session, erased.future());
        List<Run> open = runs.ofSession(session);
        open.forEach(Run::discard);
        Roll.allEnded(open)
                .compose(ended -> conversations.read(session))
                .compose(predecessors::endElsewhere)
                .compose(ended -> conversations.erase(owner, session))
                .onComplete(done -> erasing.remove(session))
                .onComplete(erased);
        return erased.future();
    }

    /** Takes no more runs; those that are there, waiting ones too, go on. Completes, never fails, when they are over. */
    Future<?> drain() {
        stopping = true;
        return Roll.allEnded(runs.all());
    }

    /** Gives every run a last word; a client that reads it knows that it may ask again. */
    Future<?> stop() {
        stopping = true;
        List<Run> last = runs.all();
        if (!last.isEmpty()) {
            LOG.info("{} runs are not over and end with their last word", last.size());
        }
        Roll.endAll(last, Ending.STOPPED);
        return Roll.allEnded(last);
    }
}
