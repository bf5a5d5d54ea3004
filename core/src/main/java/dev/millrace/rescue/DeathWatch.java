package dev.millrace.rescue;

import dev.millrace.event.EventId;
import dev.millrace.log.Extent;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * <p>Who was told that an agent is gone needs fewer looks, but looks all the same: to a process that was cut off or
 * suspended all others are gone, and they live and answer.
 *
 * <p>Looks are counted and not timed: a process that was suspended, or a log that was away, shows nothing about others.
 *
 * <p>On one context; who calls it may be on any thread.
 */
public final class DeathWatch {

    /** So many looks find the same before an agent is taken for dead and its register goes. */
    static final int LOOKS = 3;

    /** So many are enough to end the runs of one of which the cluster, or a reader, says that it is gone. */
    static final int LOOKS_AT_SUSPECTS = 2;

    /** Two renewals are due between two looks, so one that is late is not taken for none. */
    private static final long LOOK_MILLIS = 2 * SharedRegister.RENEWAL_MILLIS;

    private static final Logger LOG = LoggerFactory.getLogger(DeathWatch.class);

    /** A look that takes longer says that the log is slow, and then others may be late with their registers. */
    private static final long LONGEST_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Context context;
    private final StreamLog log;
    private final LostRuns lostRuns;
    private final Predicate<String> isAlive;
    private final Roster roster;
    private final Map<String, Sighting> sightings = new HashMap<>();

    /** By agent that somebody says is gone: its runs that are read here, which need not stand in its register. */
    private final Map<String, Set<String>> suspects = new HashMap<>();

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
                context.owner().setTimer(LOOK_MILLIS, timer -> lookAgain());
            }
        });
    }

    public void close() {
        closed = true;
    }

    /** To this process, a member of the cluster is gone. */
    public void gone(String tag) {
        context.runOnContext(go -> suspect(tag));
    }

    /** Somebody here reads the run, and nobody answers for its agent. */
    public void unanswered(String run) {
        context.runOnContext(go -> suspect(OwnedId.node(run)).add(run));
    }

    Set<String> suspect(String tag) {
        return suspects.computeIfAbsent(tag, first -> new HashSet<>());
    }

    /** Done when every register was looked at, and what could be ended is. */
    Future<Void> look() {
        return roster.tags().compose(enlisted -> {
            Set<String> tags = new HashSet<>(enlisted);
            tags.addAll(suspects.keySet());
            sightings.keySet().retainAll(tags);
            List<Future<?>> looks = new ArrayList<>();
            for (String tag : tags) {
                if (isAlive.test(tag)) {
                    acquit(tag);
                } else {
                    looks.add(log.head(StreamName.agent(tag)).compose(extent -> seen(tag, extent)));
                }
            }
            return Future.join(looks).mapEmpty();
        });
    }

    private void acquit(String tag) {
        sightings.remove(tag);
        suspects.remove(tag);
    }

    private Future<Void> seen(String tag, Extent register) {
        Sighting now = Sighting.after(sightings.get(tag), register.head());
        sightings.put(tag, now);
        if (now.times() >= LOOKS) {
            return bury(tag);
        }
        boolean convicted = suspects.containsKey(tag) && now.times() >= LOOKS_AT_SUSPECTS;
        return convicted ? endRunsOf(tag).mapEmpty() : Future.succeededFuture();
    }

    /** Whether all of them are over. The register stays for the looks, which find what was still on its way. */
    private Future<Boolean> endRunsOf(String tag) {
        Set<String> read = Set.copyOf(suspects.getOrDefault(tag, Set.of()));
        return OpenRuns.read(log, tag)
                .compose(open -> endAll(open.owners()).compose(allOver -> endRead(read, allOver)))
                .onSuccess(allOver -> {
                    if (allOver) {
                        settled(tag, read);
                    }
                });
    }

    /** Runs that somebody began to read meanwhile are for the next look. */
    private void settled(String tag, Set<String> ended) {
        suspects.computeIfPresent(tag, (same, runs) -> {
            runs.removeAll(ended);
            return runs.isEmpty() ? null : runs;
        });
    }

    /** Those of the register are over by now, and are found so. */
    private Future<Boolean> endRead(Set<String> runs, boolean othersOver) {
        List<Future<Boolean>> ends = runs.stream().map(lostRuns::end).toList();
        return Future.join(ends).map(done -> othersOver && ends.stream().allMatch(Future::result));
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
