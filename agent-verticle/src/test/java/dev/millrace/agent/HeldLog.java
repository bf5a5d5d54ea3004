package dev.millrace.agent;

import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.log.Appended;
import dev.millrace.log.Extent;
import dev.millrace.log.LogUnavailable;
import dev.millrace.log.Page;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.log.Tail;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A log whose appends take until the test lets them go: a log on another machine, slowed down. */
final class HeldLog implements StreamLog {

    private final StreamLog log;
    private final List<Runnable> held = new ArrayList<>();
    private final Set<StreamName> watched = new HashSet<>();
    private boolean holding;
    private boolean away;
    private boolean storing;

    HeldLog(StreamLog log) {
        this.log = log;
    }

    void hold() {
        holding = true;
    }

    /** Lets go of the append that has waited longest; others go on waiting. */
    void next() {
        held.remove(0).run();
    }

    /** Lets go of what is held and of what comes. */
    void release() {
        holding = false;
        while (!held.isEmpty()) {
            held.remove(0).run();
        }
    }

    /**
     * Nothing that is appended is answered in time from here on.
     *
     * @param storing whether it is stored all the same
     */
    void away(boolean storing) {
        away = true;
        this.storing = storing;
    }

    void back() {
        away = false;
    }

    @Override
    public Future<Appended> append(StreamName stream, List<? extends Event> events, long expectedSeq) {
        if (away) {
            Future<Appended> unheard = storing ? log.append(stream, events, expectedSeq) : Future.succeededFuture();
            return unheard.transform(done -> Future.failedFuture(new LogUnavailable("away on purpose")));
        }
        if (!holding) {
            return log.append(stream, events, expectedSeq);
        }
        Promise<Appended> appended = Promise.promise();
        held.add(() -> log.append(stream, events, expectedSeq).onComplete(appended));
        return appended.future();
    }

    @Override
    public Future<Page> read(StreamName stream, EventId after, int limit) {
        return log.read(stream, after, limit);
    }

    @Override
    public Future<Extent> head(StreamName stream) {
        return log.head(stream);
    }

    @Override
    public Future<EventId> locate(StreamName stream, long millis) {
        return log.locate(stream, millis);
    }

    @Override
    public Tail tail(StreamName stream, EventId after) {
        return log.tail(stream, after);
    }

    @Override
    public Future<Void> expire(StreamName stream, Duration after) {
        return log.expire(stream, after);
    }

    @Override
    public int readers(StreamName stream) {
        return watched.contains(stream) ? 1 : 0;
    }

    /** Whether somebody reads the run. */
    void watch(Started run, boolean there) {
        if (there) {
            watched.add(StreamName.run(run.run()));
        } else {
            watched.remove(StreamName.run(run.run()));
        }
    }
}
