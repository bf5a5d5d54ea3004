package dev.millrace.chat;

import dev.millrace.chat.dialect.Dialect;
import dev.millrace.chat.dialect.Pending;
import dev.millrace.chat.dialect.View;
import dev.millrace.chat.dialect.Visit;
import dev.millrace.event.Entry;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.watch.Watch;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
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

    /** For somebody who has not begun the run just now. */
    Future<Void> reopen(RoutingContext ctx, Dialect dialect, String run) {
        Visit.Manner manner = Visit.Manner.RETURNS;
        return (dialect.looksBack() ? log.all(StreamName.run(run)) : Future.succeededFuture(List.<Entry>of()))
                .compose(before -> open(
                        ctx,
                        dialect,
                        run,
                        new Visit(
                                manner,
                                Watch.start(ctx).orElse(null),
                                before,
                                Pending.of(before).settled())));
    }
}
