package dev.millrace.rescue;

import dev.millrace.event.EventId;
import dev.millrace.log.Extent;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Owner;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the runs of agents that died, whether anybody reads them or not. An agent that lives renews its register; one
 * whose register stood still for three looks in a row, and which is no member of the cluster, is dead. Every process
 * looks, and all may end the same runs at once: the log lets each end once.
 *
 * <p>Looks are counted and not timed: a process that was suspended, or a log that was away, shows nothing about others.
 *
 * <p>On one context; who calls it may be on any thread.
 */
public final class DeathWatch {

    /** So many looks find the same before an agent is taken for dead. */
    static final int LOOKS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(DeathWatch.class);

    /** A look that takes longer says that the log is slow, and then others may be late with their registers. */
    private static final long LONGEST_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Context context;
    private final StreamLog log;
    private final LostRuns lostRuns;
    private final Predicate<String> isAlive;
    private final Roster roster;
    private final Map<String, Sighting> sightings = new HashMap<>();
    private volatile boolean closed;

    /** Where a register ended, and how often it was found so. */
    private record Sighting(EventId head, int times) {

        static Sighting after(@Nullable Sighting before, EventId head) {
            return new Sighting(head, before != null && before.head.equals(head) ? before.times + 1 : 0);
        }
    }

    /** @param isAlive whether an agent is known to live, by its tag: this process, and members of its cluster */
    public DeathWatch(Vertx vertx, StreamLog log, LostRuns lostRuns, Predicate<String> isAlive) {
        this.context = vertx.getOrCreateContext();
        this.log = log;
        this.lostRuns = lostRuns;
        this.isAlive = isAlive;
        this.roster = new Roster(log);
    }

    /** Looks now, and every two seconds from then on. */
    public void start() {
        context.runOnContext(go -> lookAgain());
    }

    private void lookAgain() {
        long began = System.nanoTime();
        look().onComplete(done -> {
            if (done.failed() || System.nanoTime() - began > LONGEST_LOOK_NANOS) {
                sightings.clear();
            }
            if (!closed) {
                context.owner().setTimer(SharedRegister.RENEWAL_MILLIS, timer -> lookAgain());
            }
        });
    }

    public void close() {
        closed = true;
    }

    /** A member of the cluster is gone. Its register stays for the looks, which find what was still on its way. */
    public void gone(String tag) {
        context.runOnContext(go ->
                endRunsOf(tag).onFailure(cause -> LOG.warn("the runs of agent {} are not ended yet", tag, cause)));
    }

    /** Whether all of them are over. */
    Future<Boolean> endRunsOf(String tag) {
        return OpenRuns.read(log, tag).compose(open -> endAll(open.owners()));
    }

    /** Done when every register was looked at, and what could be ended is. */
    Future<Void> look() {
        return roster.tags().compose(tags -> {
            sightings.keySet().retainAll(tags);
            List<Future<?>> looks = new ArrayList<>();
            for (String tag : tags) {
                if (isAlive.test(tag)) {
                    sightings.remove(tag);
                } else {
                    looks.add(log.head(StreamName.agent(tag)).compose(extent -> seen(tag, extent)));
                }
            }
            return Future.join(looks).mapEmpty();
        });
    }

    private Future<Void> seen(String tag, Extent register) {
        Sighting now = Sighting.after(sightings.get(tag), register.head());
        sightings.put(tag, now);
        return now.times() < LOOKS ? Future.succeededFuture() : bury(tag);
    }

    /** The register goes last, for only then nobody has to look at it again. */
    private Future<Void> bury(String tag) {
        sightings.remove(tag);
        LOG.info("agent {} is gone; its runs are ended", tag);
        return endRunsOf(tag)
                .compose(allOver -> allOver
                        ? roster.strike(tag).compose(struck -> log.expire(StreamName.agent(tag), Duration.ZERO))
                        : Future.succeededFuture());
    }

    private Future<Boolean> endAll(Map<String, Owner> runs) {
        List<Future<Boolean>> ends = new ArrayList<>();
        runs.forEach((run, owner) -> ends.add(lostRuns.end(run, owner)));
        return Future.join(ends).map(done -> ends.stream().allMatch(Future::result));
    }
}
