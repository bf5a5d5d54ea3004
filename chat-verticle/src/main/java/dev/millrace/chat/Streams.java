package dev.millrace.chat;

import dev.millrace.chat.dialect.Dialect;
import dev.millrace.chat.dialect.Frames;
import dev.millrace.chat.dialect.Pending;
import dev.millrace.chat.dialect.View;
import dev.millrace.chat.dialect.Visit;
import dev.millrace.event.Entry;
import dev.millrace.log.Start;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Conversation;
import dev.millrace.run.Conversation.Message;
import dev.millrace.run.Turn;
import dev.millrace.watch.Watch;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/** Answers a request with the stream of a run, in whatever protocol. The one way from the log to a reader. */
final class Streams {

    private final StreamLog log;
    private final Watch watch;

    Streams(StreamLog log, Watch watch) {
        this.log = log;
        this.watch = watch;
    }

    Future<Void> open(RoutingContext ctx, Dialect dialect, String run, Visit visit) {
        ctx.response().putHeader("X-Run-Id", run).putHeader(Dialect.HEADER, dialect.name());
        dialect.head(ctx.response());
        View view = dialect.view(visit);
        return watch.run(ctx, run, view.start(), view.prepare(), view.translation());
    }

    /** A stream of these frames and no more. */
    Future<Void> say(RoutingContext ctx, Dialect dialect, Frames frames) {
        dialect.head(ctx.response());
        return ctx.response()
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .putHeader(Dialect.HEADER, dialect.name())
                .end(frames.bytes(null));
    }

    /** For somebody who has not begun the run just now. */
    Future<Void> reopen(RoutingContext ctx, Dialect dialect, String run) {
        Start asked = Watch.start(ctx).orElse(null);
        return (dialect.looksBack() ? log.all(StreamName.run(run)) : Future.succeededFuture(List.<Entry>of()))
                .compose(before -> history(dialect, run, before)
                        .compose(history -> open(
                                ctx,
                                dialect,
                                run,
                                new Visit(
                                        Visit.Manner.RETURNS,
                                        asked,
                                        before,
                                        history,
                                        Pending.of(before).settled()))));
    }

    /** What was said before the run's answer, its question last. */
    private Future<List<Message>> history(Dialect dialect, String run, List<Entry> before) {
        if (!dialect.tellsHistory() || before.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        String session = new JsonObject(before.get(0).data()).getString("session", "");
        return log.all(StreamName.session(session)).map(Conversation::of).map(conversation -> {
            List<Message> history = new ArrayList<>();
            for (Turn turn : conversation.branches().to(run)) {
                history.addAll(conversation.said(turn));
            }
            history.removeIf(message -> message.id().equals(Turn.answerId(run)));
            return history;
        });
    }
}
