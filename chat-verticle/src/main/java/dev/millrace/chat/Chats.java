package dev.millrace.chat;

import dev.millrace.chat.aisdk.AiSdk;
import dev.millrace.chat.dialect.Dialect;
import dev.millrace.event.Entry;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Outcome;
import dev.millrace.http.Body;
import dev.millrace.http.Credentials;
import dev.millrace.log.Extent;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.rescue.LostRuns;
import dev.millrace.run.Agents;
import dev.millrace.run.Conversation;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The handlers of chats, as front ends know them: a conversation by the name that the front end has given it, and what is
 * going on in it, whatever run that is.
 */
final class Chats {

    private final Agents agents;
    private final LostRuns lostRuns;
    private final StreamLog log;
    private final Streams streams;

    Chats(Agents agents, LostRuns lostRuns, StreamLog log, Streams streams) {
        this.agents = agents;
        this.lostRuns = lostRuns;
        this.log = log;
        this.streams = streams;
    }

    /**
     * {@code GET /api/chat/{chat}/stream}: the newest run, live or over; 204 when there is none to show. Never 404, for a
     * page asks before its first question, too.
     */
    void stream(RoutingContext ctx) {
        Dialect dialect = Dialects.of(ctx, AiSdk.NAME);
        conversation(ctx)
                .compose(conversation -> conversation
                        .newestRun()
                        .map(run -> show(ctx, dialect, run))
                        .orElseGet(() -> nothing(ctx)))
                .onFailure(ctx::fail);
    }

    private Future<Void> show(RoutingContext ctx, Dialect dialect, String run) {
        return log.head(StreamName.run(run)).compose(extent -> {
            if (!extent.exists() || isCancelled(extent)) {
                return nothing(ctx);
            }
            ctx.response().putHeader("X-Session-Id", session(ctx));
            return streams.reopen(ctx, dialect, run);
        });
    }

    /** Who has stopped an answer does not want it back. */
    private static boolean isCancelled(Extent extent) {
        Entry lastWord = extent.lastWord();
        return lastWord != null
                && RunEvent.of(lastWord).orElse(null) instanceof RunEvent.Done done
                && done.status() == Outcome.CANCELLED;
    }

    private static Future<Void> nothing(RoutingContext ctx) {
        return ctx.response().setStatusCode(204).end();
    }

    /**
     * {@code POST /api/chat/{chat}/stop}: asks for the end of what is going on, of the last first, since one that waits for
     * another would begin. A body may name the one run that is meant.
     */
    void stop(RoutingContext ctx) {
        String meant =
                ctx.body().length() > 0 ? Body.json(ctx).text("activeStreamId").orElse(null) : null;
        conversation(ctx)
                .compose(conversation -> {
                    List<String> open = new ArrayList<>(conversation.openRuns());
                    open.removeIf(run -> meant != null && !meant.equals(run));
                    Collections.reverse(open);
                    return cancel(open);
                })
                .compose(stopped -> {
                    ctx.response().setStatusCode(202);
                    return ctx.json(
                            new JsonObject().put("session", session(ctx)).put("cancelling", new JsonArray(stopped)));
                })
                .onFailure(cause -> ctx.fail(Runs.problem(cause)));
    }

    private Future<List<String>> cancel(List<String> runs) {
        Future<Void> cancelled = Future.succeededFuture();
        for (String run : runs) {
            cancelled = cancelled.compose(before -> lostRuns.cancel(agents, run));
        }
        return cancelled.map(runs);
    }

    private Future<Conversation> conversation(RoutingContext ctx) {
        return log.all(StreamName.session(session(ctx))).map(Conversation::of);
    }

    private static String session(RoutingContext ctx) {
        Owner owner = Owner.of(Credentials.caller(ctx));
        return OwnedId.sessionNamed(owner, ctx.pathParam("chat")).text();
    }
}
