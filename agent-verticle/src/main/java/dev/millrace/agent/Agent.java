package dev.millrace.agent;

import dev.millrace.agent.model.Model;
import dev.millrace.agent.model.Retriever;
import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.log.Conflict;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Agents;
import dev.millrace.run.Claim;
import dev.millrace.run.Conversation;
import dev.millrace.run.Conversation.Message;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import dev.millrace.run.Refusal;
import dev.millrace.run.Shelf;
import dev.millrace.run.StartRun;
import dev.millrace.run.StartRun.IfRunning;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes runs and looks after them. What decides between two requests at once (the same idempotency key, the same
 * conversation) is an append with an expected seq: the log says who came first, on whichever node they came.
 *
 * <p>On the verticle's thread.
 */
final class Agent implements Agents {

    private static final long CHECK_MILLIS = 1_000;
    private static final int TITLE_LENGTH = 80;

    /** Attempts of two who write to one conversation at once; each failed one means that another succeeded. */
    private static final int ATTEMPTS = 20;

    /** How long, and how often, somebody else's start under the same key is waited for. */
    private static final long CLAIM_WAIT_MILLIS = 50;

    private static final int CLAIM_WAITS = 40;

    private final Vertx vertx;
    private final StreamLog log;
    private final AgentOptions options;
    private final Answering answering;
    private final Map<String, Run> runs = new LinkedHashMap<>();
    private int starting;
    private long checkTimer = -1;
    private boolean stopping;

    Agent(Vertx vertx, StreamLog log, AgentOptions options, Model model, Retriever retriever) {
        this.vertx = vertx;
        this.log = log;
        this.options = options;
        this.answering = new Answering(model, retriever);
    }

    @Override
    public Future<Started> start(StartRun request) {
        Refusal refusal = refusal(request);
        if (refusal != null) {
            return Future.failedFuture(refusal);
        }
        starting++;
        return admitted(request).onComplete(done -> starting--);
    }

    private @org.jspecify.annotations.Nullable Refusal refusal(StartRun request) {
        if (stopping) {
            return new Refusal(503, "stopping", "This agent is about to stop; try again in a moment.");
        }
        List<String> tools = request.tools() == null ? List.of() : request.tools();
        for (String tool : tools) {
            if (!answering.toolNames().contains(tool)) {
                return new Refusal(
                        400,
                        "unknown_tool",
                        "'tools' has '" + tool + "', and there is: " + String.join(", ", answering.toolNames()) + ".",
                        new JsonObject().put("field", "tools"));
            }
        }
        if (runs.size() + starting >= options.maxRuns) {
            return new Refusal(503, "busy", "All " + options.maxRuns + " places for runs are taken; try again soon.");
        }
        return null;
    }

    private Future<Started> admitted(StartRun request) {
        String session =
                request.session() == null ? OwnedId.newSession(request.owner()).text() : request.session();
        Started started = new Started(OwnedId.newRun(request.owner()).text(), session);
        return request.idempotencyKey() == null
                ? begin(request, started)
                : claim(request, started, request.idempotencyKey());
    }

    private Future<Started> claim(StartRun request, Started started, String key) {
        StreamName claim = StreamName.claim(request.owner().key(key));
        return log.append(claim, List.of(new Claim(started, request.bodyDigest()).toEvent()), 0)
                .transform(claimed -> {
                    if (claimed.succeeded()) {
                        // A refused start must not leave a key that stands for a run nobody began.
                        return begin(request, started).recover(cause -> log.expire(claim, Duration.ZERO)
                                .compose(gone -> Future.failedFuture(cause)));
                    }
                    return claimed.cause() instanceof Conflict
                            ? attach(request, claim, CLAIM_WAITS)
                            : Future.failedFuture(claimed.cause());
                });
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
                    return Future.succeededFuture(first.started());
                }
                return waits == 0
                        ? Future.failedFuture(new Refusal(
                                409, "run_gone", "The run of this Idempotency-Key is no longer kept; use a new key."))
                        : vertx.timer(CLAIM_WAIT_MILLIS).compose(waited -> attach(request, claim, waits - 1));
            });
        });
    }

    private Future<Started> begin(StartRun request, Started started) {
        return enter(request, started, ATTEMPTS).map(conversation -> {
            launch(request, started, conversation);
            return started;
        });
    }

    /** Writes the question into its conversation, and returns the conversation as it was before. */
    private Future<Conversation> enter(StartRun request, Started started, int attempts) {
        StreamName session = StreamName.session(started.session());
        return log.all(session).compose(entries -> {
            if (request.session() != null && entries.isEmpty()) {
                return Future.failedFuture(
                        new Refusal(404, "not_found", "There is no such session, or it is not yours."));
            }
            Conversation conversation = Conversation.of(entries);
            if (request.ifRunning() == IfRunning.REJECT
                    && conversation.activeRun().isPresent()) {
                return Future.failedFuture(new Refusal(
                        409,
                        "run_active",
                        "The session has a run that is not over.",
                        new JsonObject().put("run", conversation.activeRun().get())));
            }
            Message question = Message.question("msg_" + OwnedId.randomText(), request.message(), started.run());
            return log.append(session, List.of(question.toEvent()), seq(entries))
                    .compose(appended -> shelve(request, started))
                    .map(conversation)
                    .recover(cause -> cause instanceof Conflict && attempts > 1
                            ? enter(request, started, attempts - 1)
                            : Future.failedFuture(cause));
        });
    }

    private static long seq(List<Entry> entries) {
        return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).id().seq();
    }

    private Future<?> shelve(StartRun request, Started started) {
        if (request.session() != null) {
            return Future.succeededFuture();
        }
        String line = request.message().strip().lines().findFirst().orElse("");
        String title = line.length() <= TITLE_LENGTH ? line : line.substring(0, TITLE_LENGTH) + "…";
        return log.append(
                StreamName.shelf(request.owner().key()),
                List.of(Shelf.added(started.session(), title)),
                StreamLog.ANYWHERE);
    }

    private void launch(StartRun request, Started started, Conversation before) {
        List<Run> ahead = before.openRuns().stream()
                .map(runs::get)
                .filter(java.util.Objects::nonNull)
                .toList();
        if (request.ifRunning() == IfRunning.INTERRUPT) {
            ahead.forEach(run -> run.cancel("interrupted"));
        }
        Run run = new Run(vertx, log, options, answering, request, started);
        runs.put(started.run(), run);
        run.ended().onComplete(ended -> over(started.run()));
        if (checkTimer < 0) {
            checkTimer = vertx.setPeriodic(CHECK_MILLIS, id -> check());
        }
        run.start(ahead);
    }

    private void over(String run) {
        runs.remove(run);
        if (runs.isEmpty()) {
            vertx.cancelTimer(checkTimer);
            checkTimer = -1;
        }
    }

    /** One timer for all runs: it looks who is watched. */
    private void check() {
        long now = System.currentTimeMillis();
        List.copyOf(runs.values()).forEach(run -> run.check(now));
    }

    @Override
    public Future<Void> cancel(String run) {
        Run known = runs.get(run);
        if (known != null) {
            known.cancel("cancelled");
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> erase(Owner owner, String session) {
        StreamName name = StreamName.session(session);
        return log.all(name).map(Conversation::of).compose(conversation -> {
            List<Run> open = conversation.openRuns().stream()
                    .map(runs::get)
                    .filter(java.util.Objects::nonNull)
                    .toList();
            open.forEach(Run::discard);
            return Future.join(open.stream().map(Run::ended).toList())
                    .compose(ended -> log.expire(name, Duration.ZERO))
                    .compose(gone -> Future.join(conversation.runs().stream()
                            .map(run -> log.expire(StreamName.run(run), Duration.ZERO))
                            .toList()))
                    .compose(gone -> log.append(
                            StreamName.shelf(owner.key()), List.of(Shelf.erased(session)), StreamLog.ANYWHERE))
                    .mapEmpty();
        });
    }

    /** Gives every run a last word; a client that reads it knows that it may ask again. */
    Future<?> stop() {
        stopping = true;
        List<Run> last = List.copyOf(runs.values());
        last.forEach(Run::stop);
        return Future.join(last.stream().map(Run::ended).toList());
    }
}
