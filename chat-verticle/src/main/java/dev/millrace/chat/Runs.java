package dev.millrace.chat;

import dev.millrace.chat.dialect.Dialect;
import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.feed.Happenings;
import dev.millrace.http.Credentials;
import dev.millrace.http.Problem;
import dev.millrace.log.Extent;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.rescue.LostRuns;
import dev.millrace.run.Agents;
import dev.millrace.run.Input;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import dev.millrace.run.Refusal;
import dev.millrace.watch.Watch;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The handlers of runs: watch, cancel, input. Each ends the request or fails it. */
final class Runs {

    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);

    private final Agents agents;
    private final StreamLog log;
    private final LostRuns lostRuns;
    private final Streams streams;
    private final Happenings told;

    Runs(Agents agents, LostRuns lostRuns, StreamLog log, Streams streams, Happenings told) {
        this.agents = agents;
        this.lostRuns = lostRuns;
        this.log = log;
        this.streams = streams;
        this.told = told;
    }

    /**
     * {@code GET /api/chat/{run}}: with a position what follows it, without one the whole run with its tokens joined, then
     * live. What that means to a front end is its protocol's affair.
     */
    void watch(RoutingContext ctx) {
        String run = ownRun(ctx);
        Dialect dialect = Dialects.of(ctx, NativeDialect.NAME);
        boolean anew = Watch.start(ctx).isEmpty();
        existing(run)
                .compose(extent -> {
                    if (anew && !extent.closed()) {
                        joined(Owner.of(Credentials.caller(ctx)), run);
                    }
                    return streams.reopen(ctx, dialect, run);
                })
                .onFailure(ctx::fail);
    }

    /** Who comes without a position sees a run that goes on for the first time; whoever comes back has one. */
    private void joined(Owner owner, String run) {
        log.read(StreamName.run(run), EventId.BEGINNING, 1)
                .onSuccess(page -> page.entries().stream()
                        .findFirst()
                        .map(first -> new JsonObject(first.data()).getString("session"))
                        .ifPresent(session -> told.memberJoined(owner, session, "mem_" + OwnedId.randomText())))
                .onFailure(cause -> LOG.debug("nobody is told of a reader of run {}", run, cause));
    }

    /** {@code DELETE /api/chat/{run}}: asks for the end; the stream shows it. */
    void cancel(RoutingContext ctx) {
        String run = ownRun(ctx);
        existing(run)
                .compose(extent -> {
                    Entry lastWord = extent.lastWord();
                    if (lastWord != null) {
                        String status = new JsonObject(lastWord.data()).getString("status");
                        return ctx.json(new JsonObject().put("run", run).put("status", status));
                    }
                    return lostRuns.cancel(agents, run).compose(asked -> {
                        ctx.response().setStatusCode(202);
                        return ctx.json(new JsonObject().put("run", run).put("status", "cancelling"));
                    });
                })
                .onFailure(ctx::fail);
    }

    /** {@code POST /api/chat/{run}/input}: tells the run's agent; the stream shows what comes of it. */
    void input(RoutingContext ctx) {
        String run = ownRun(ctx);
        Input input = InputRequest.read(ctx);
        existing(run)
                .compose(extent ->
                        extent.closed() ? Future.failedFuture(Refusal.runOver()) : lostRuns.input(agents, run, input))
                .recover(cause -> taken(run, input, cause))
                .compose(taken -> {
                    ctx.response().setStatusCode(202);
                    return ctx.json(new JsonObject().put("run", run).put("input", input.id()));
                })
                .onFailure(cause -> ctx.fail(problem(cause)));
    }

    /** What the run has taken before it was over is taken: the answer to it may have got lost with another node. */
    private Future<Void> taken(String run, Input input, Throwable cause) {
        if (!Refusal.isRunOver(cause)) {
            return Future.failedFuture(cause);
        }
        return log.all(StreamName.run(run))
                .compose(entries -> input.standsIn(entries) ? Future.succeededFuture() : Future.failedFuture(cause));
    }

    private static String ownRun(RoutingContext ctx) {
        String run = ctx.pathParam("run");
        if (!OwnedId.isRunOf(Owner.of(Credentials.caller(ctx)), run)) {
            throw Problem.notFound("run");
        }
        return run;
    }

    private Future<Extent> existing(String run) {
        return log.head(StreamName.run(run))
                .compose(extent -> extent.exists()
                        ? Future.succeededFuture(extent)
                        : Future.failedFuture(Problem.notFound("run")));
    }

    static Throwable problem(Throwable cause) {
        return cause instanceof Refusal refusal
                ? Problem.refused(
                        refusal.status(), refusal.code(), String.valueOf(refusal.getMessage()), refusal.more())
                : cause;
    }
}
