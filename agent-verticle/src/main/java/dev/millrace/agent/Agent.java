package dev.millrace.agent;

import dev.millrace.agent.time.Clock;
import dev.millrace.agent.time.Clock.Bell;
import dev.millrace.feed.Happenings;
import dev.millrace.log.Conflict;
import dev.millrace.log.LogFull;
import dev.millrace.log.LogUnavailable;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.rescue.LostRuns;
import dev.millrace.rescue.Register;
import dev.millrace.run.Agents;
import dev.millrace.run.Amendment;
import dev.millrace.run.ClientTool;
import dev.millrace.run.Conversation;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    private static final long CHECK_MILLIS = 1_000;

    private final Clock clock;
    private final StreamLog log;
    private final Happenings told;
    private final String tag;
    private final Elsewhere elsewhere;
    private final LostRuns lostRuns;
    private final Register register;
    private final Limits limits;
    private final Answering answering;
    private final Conversations conversations;
    private final Claims claims;
    private final Quota quota;

    /** In the order they came, each from before its question is written until its answer is. */
    private final Map<String, Run> runs = new LinkedHashMap<>();

    private final Map<String, Future<Void>> erasing = new HashMap<>();
    private Bell check = Bell.NONE;
    private boolean stopping;

    Agent(
            Clock clock,
            StreamLog log,
            Happenings told,
            String tag,
            Limits limits,
            Answering answering,
            Elsewhere elsewhere,
            LostRuns lostRuns,
            Register register) {
        this.clock = clock;
        this.log = log;
        this.told = told;
        this.tag = tag;
        this.elsewhere = elsewhere;
        this.lostRuns = lostRuns;
        this.register = register;
        this.limits = limits;
        this.answering = answering;
        this.conversations = new Conversations(log, told, runs::containsKey);
        this.claims = new Claims(log, clock);
        this.quota = new Quota(limits, register, log);
    }

    @Override
    public Future<Started> start(StartRun request) {
        Refusal unknown = refusal(request);
        if (unknown != null) {
            return Future.failedFuture(unknown);
        }
        String session =
                request.session() == null ? OwnedId.newSession(request.owner()).text() : request.session();
        Started ids = new Started(OwnedId.newRun(request.owner(), tag).text(), session);
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
        Map<String, Owner> before = new HashMap<>();
        runs.forEach((id, run) -> before.put(id, run.owner()));
        Run run = new Run(clock, log, told, limits, answering, conversations, lostRuns, request, ids);
        add(run);
        return register.begun(ids.run(), request.owner())
                .compose(written -> quota.admit(request.owner(), before))
                .compose(admitted -> conversations.enter(request, ids))
                .onFailure(cause -> run.abandon())
                .compose(entered -> Future.join(
                        run.begin(entered.asked().text(), ahead(request, entered.before())),
                        list(request.owner(), ids.run())))
                .map(ids);
    }

    /** A run that is missing in its owner's list is a run all the same. */
    private Future<?> list(Owner owner, String run) {
        return log.append(StreamName.runShelf(owner.key()), List.of(RunShelf.added(run)), StreamLog.ANYWHERE)
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

    /**
     * The ends to wait for, oldest first. Runs that are interrupted have still to say their last word and write their
     * answer.
     */
    private List<Future<Void>> ahead(StartRun request, Conversation before) {
        boolean interrupt = request.ifRunning() == IfRunning.INTERRUPT;
        if (interrupt) {
            endAll(here(before.openRuns()), Ending.INTERRUPTED);
        }
        return before.openRuns().stream()
                .map(run -> end(run, interrupt))
                .filter(ended -> !ended.isComplete())
                .toList();
    }

    private Future<Void> end(String run, boolean interrupt) {
        Run here = runs.get(run);
        if (here != null) {
            return here.ended();
        }
        if (isOurs(run)) {
            return Future.succeededFuture();
        }
        return interrupt ? elsewhere.cancel(run) : elsewhere.ended(run);
    }

    /** Whether this agent began the run: then it is here, or over. */
    private boolean isOurs(String run) {
        return OwnedId.node(run).equals(tag);
    }

    private List<Run> here(Collection<String> ids) {
        return ids.stream().map(runs::get).filter(Objects::nonNull).toList();
    }

    /** The last first: a queued run whose turn has come would begin its work, only to be ended too. */
    private static void endAll(Collection<Run> some, Ending ending) {
        lastFirst(some).forEach(run -> run.end(ending));
    }

    private static List<Run> lastFirst(Collection<Run> some) {
        List<Run> reversed = new ArrayList<>(some);
        Collections.reverse(reversed);
        return reversed;
    }

    private void add(Run run) {
        runs.put(run.ids().run(), run);
        run.ended().onComplete(ended -> remove(run));
        if (check == Bell.NONE) {
            check = clock.in(CHECK_MILLIS, this::check);
        }
    }

    private void remove(Run run) {
        runs.remove(run.ids().run());
        register.over(run.ids().run());
        if (runs.isEmpty()) {
            check.silence();
            check = Bell.NONE;
        }
    }

    /** One timer for all runs: it looks who is watched. The last first, as whenever runs are ended. */
    private void check() {
        check = clock.in(CHECK_MILLIS, this::check);
        lastFirst(runs.values()).forEach(Run::check);
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
        List<Run> open = lastFirst(runs.values()).stream()
                .filter(run -> run.ids().session().equals(session))
                .toList();
        open.forEach(Run::discard);
        allEnded(open)
                .compose(ended -> conversations.read(session))
                .compose(conversation -> Future.join(conversation.openRuns().stream()
                        .filter(run -> !isOurs(run))
                        .map(elsewhere::cancel)
                        .toList()))
                .compose(ended -> conversations.erase(owner, session))
                .onComplete(done -> erasing.remove(session))
                .onComplete(erased);
        return erased.future();
    }

    /** Takes no more runs; those that are there, waiting ones too, go on. Completes, never fails, when they are over. */
    Future<?> drain() {
        stopping = true;
        return allEnded(List.copyOf(runs.values()));
    }

    /** Gives every run a last word; a client that reads it knows that it may ask again. */
    Future<?> stop() {
        stopping = true;
        List<Run> last = List.copyOf(runs.values());
        if (!last.isEmpty()) {
            LOG.info("{} runs are not over and end with their last word", last.size());
        }
        endAll(last, Ending.STOPPED);
        return allEnded(last);
    }

    private static Future<?> allEnded(List<Run> some) {
        return Future.join(some.stream().map(Run::ended).toList());
    }
}
