package dev.millrace.rescue;

import dev.millrace.log.Appended;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Owner;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A register in a log that others read too: the newest entry of a stream of its own has all the open runs. It is written
 * anew when a run begins, and every second, which is also how the others know that the agent lives. While one
 * writing is under way the next collects, so many beginnings at once cost one.
 *
 * <p>On its agent's thread.
 */
final class SharedRegister implements Register {

    /** {@link DeathWatch} looks half as often, so that between two of its looks at least one renewal is seen. */
    static final long RENEWAL_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(SharedRegister.class);

    private final Vertx vertx;
    private final StreamLog log;
    private final String tag;
    private final Roster roster;
    private final Map<String, Owner> open = new LinkedHashMap<>();
    private Promise<Void> next = Promise.promise();
    private boolean awaited;
    private boolean writing;
    private long renewal = -1;

    SharedRegister(Vertx vertx, StreamLog log, String tag) {
        this.vertx = vertx;
        this.log = log;
        this.tag = tag;
        this.roster = new Roster(log);
    }

    @Override
    public Future<Void> open() {
        return renew().onSuccess(written -> renewLater());
    }

    /** The register first: a name on the roster without one would be struck off. */
    private Future<Void> renew() {
        return write().compose(written -> roster.enlist(tag));
    }

    private void renewLater() {
        renewal = vertx.setTimer(RENEWAL_MILLIS, timer -> renew().onComplete(done -> {
            if (done.failed()) {
                LOG.warn("the register of this agent could not be renewed", done.cause());
            }
            if (renewal >= 0) {
                renewLater();
            }
        }));
    }

    @Override
    public Future<Void> begun(String run, Owner owner) {
        open.put(run, owner);
        return write().onFailure(cause -> open.remove(run));
    }

    @Override
    public void over(String run) {
        open.remove(run); // the next renewal says so; who reads it before finds a run with a last word
    }

    @Override
    public Future<Void> withdraw(String run) {
        open.remove(run);
        return write();
    }

    @Override
    public Future<Map<String, Owner>> elsewhere() {
        return roster.tags().compose(tags -> {
            List<Future<OpenRuns>> others = tags.stream()
                    .filter(each -> !each.equals(tag))
                    .map(each -> OpenRuns.read(log, each))
                    .toList();
            return Future.all(others).map(read -> {
                Map<String, Owner> all = new HashMap<>();
                others.forEach(each -> all.putAll(each.result().owners()));
                return all;
            });
        });
    }

    private Future<Void> write() {
        awaited = true;
        Future<Void> written = next.future();
        if (!writing) {
            send();
        }
        return written;
    }

    private void send() {
        Promise<Void> sent = next;
        next = Promise.promise();
        awaited = false;
        writing = true;
        Future<Appended> stored = log.append(StreamName.agent(tag), List.of(OpenRuns.event(open)), StreamLog.ANYWHERE);
        stored.onComplete(done -> {
            writing = false;
            if (done.succeeded()) {
                sent.complete();
            } else {
                sent.fail(done.cause());
            }
            if (awaited && !writing) {
                send();
            }
        });
    }

    @Override
    public Future<Void> close() {
        vertx.cancelTimer(renewal);
        renewal = -1;
        return open.isEmpty()
                ? roster.strike(tag).compose(struck -> log.expire(StreamName.agent(tag), Duration.ZERO))
                : Future.succeededFuture();
    }
}
