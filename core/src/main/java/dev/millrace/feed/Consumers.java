package dev.millrace.feed;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.log.Conflict;
import dev.millrace.log.Extent;
import dev.millrace.log.Page;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Digest;
import dev.millrace.run.Refusal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Named readers of feeds, and how far each has come. A consumer is a stream of one entry, its last commit; which
 * consumers a tenant has is the one entry of another, written anew when one comes and once a day. So a commit is one
 * small append that no other consumer waits for, and a consumer that has not committed for 30 days is forgotten.
 */
public final class Consumers {

    /** Most consumers of a tenant. */
    static final int MAX_CONSUMERS = 1000;

    /** How often a lost race is run again. */
    private static final int MAX_ATTEMPTS = 32;

    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

    private final StreamLog log;
    private final LongSupplier clock;

    Consumers(StreamLog log, LongSupplier clock) {
        this.log = log;
        this.clock = clock;
    }

    /** What a consumer committed last. */
    public Future<Optional<Commit>> committed(FeedName feed, String consumer) {
        return log.all(stream(feed.tenant(), feed.name(), consumer))
                .map(Consumers::newest)
                .map(found -> found.map(Commit::of));
    }

    private static Optional<Entry> newest(List<Entry> entries) {
        return entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(entries.size() - 1));
    }

    private static StreamName stream(String tenant, String feed, String consumer) {
        return StreamName.consumer(Digest.text(tenant, feed, consumer));
    }

    private static StreamName roster(String tenant) {
        return StreamName.consumer(Digest.text(tenant));
    }

    /**
     * Commits.
     *
     * @param rewind whether it may be older than what is committed
     * @return fails with {@link Refusal}: 400 for a name or an id that is none of the feed, 409 for an older one
     */
    public Future<Commit> commit(Commit commit, String tenant, boolean rewind) {
        if (!FeedName.isName(commit.consumer())) {
            return Future.failedFuture(new Refusal(
                    400,
                    "bad_parameter",
                    "A consumer's name must have 1 to 64 lower-case letters, digits, dots, dashes or underscores."));
        }
        StreamName feed = StreamName.feed(tenant, commit.feed());
        return log.read(feed, commit.id(), 1)
                .compose(page -> page.standing() == Page.Standing.EXACT || page.standing() == Page.Standing.BEHIND
                        ? Future.succeededFuture()
                        : Future.failedFuture(notInFeed(page, commit)))
                .compose(known -> again(1, () -> store(commit, tenant, rewind)));
    }

    private static Refusal notInFeed(Page page, Commit commit) {
        JsonObject places = new JsonObject()
                .put("requested", commit.id().toString())
                .put("head", page.extent().head().toString());
        return page.standing() == Page.Standing.BEYOND
                ? new Refusal(
                        400,
                        "commit_beyond_head",
                        "The id lies beyond the newest event of the feed; commit an id that the feed gave you.",
                        places)
                : new Refusal(
                        400,
                        "commit_foreign",
                        "The feed has another event at this place; commit an id that this feed gave you.",
                        places);
    }

    private Future<Commit> store(Commit commit, String tenant, boolean rewind) {
        StreamName stream = stream(tenant, commit.feed(), commit.consumer());
        return log.all(stream).map(Consumers::newest).compose(found -> {
            Optional<Commit> before = found.map(Commit::of);
            return mayFollow(before, commit, tenant, rewind)
                    .compose(may -> enlist(before, commit, tenant))
                    .compose(listed -> log.append(
                            stream,
                            List.of(commit.toEvent()),
                            found.map(entry -> entry.id().seq()).orElse(0L)))
                    .map(appended -> commit.at(appended.last().millis()));
        });
    }

    private Future<Void> mayFollow(Optional<Commit> before, Commit commit, String tenant, boolean rewind) {
        if (rewind || before.isEmpty() || commit.id().seq() >= before.get().id().seq()) {
            return Future.succeededFuture();
        }
        EventId committed = before.get().id();
        return log.read(StreamName.feed(tenant, commit.feed()), committed, 1).compose(page -> {
            // What the feed lost holds nobody back, or its consumers could not go on.
            boolean lost = page.standing() == Page.Standing.FOREIGN || page.standing() == Page.Standing.BEYOND;
            return lost ? Future.succeededFuture() : Future.failedFuture(stale(commit, committed));
        });
    }

    private static Refusal stale(Commit commit, EventId committed) {
        return new Refusal(
                409,
                "commit_stale",
                "The consumer has committed a newer event already; to go back on purpose, say \"rewind\":true.",
                new JsonObject().put("requested", commit.id().toString()).put("committed", committed.toString()));
    }

    /** A consumer that is new, or was not seen today, is written on the tenant's roster, which would be forgotten else. */
    private Future<Void> enlist(Optional<Commit> before, Commit commit, String tenant) {
        boolean seen = before.isPresent() && before.get().millis() / DAY_MILLIS == clock.getAsLong() / DAY_MILLIS;
        return seen
                ? Future.succeededFuture()
                : again(1, () -> enlist(new Roster.Name(commit.feed(), commit.consumer()), tenant));
    }

    private Future<Void> enlist(Roster.Name name, String tenant) {
        return log.all(roster(tenant)).map(Roster::of).compose(roster -> {
            boolean today = roster.head().millis() / DAY_MILLIS == clock.getAsLong() / DAY_MILLIS;
            if (today && roster.names().contains(name)) {
                return Future.succeededFuture();
            }
            Set<Roster.Name> names = new HashSet<>(roster.names());
            names.add(name);
            Future<Set<Roster.Name>> kept =
                    names.size() <= MAX_CONSUMERS ? Future.succeededFuture(names) : living(names, name, tenant);
            return kept.compose(all -> log.append(
                            roster(tenant),
                            List.of(Roster.event(all)),
                            roster.head().seq()))
                    .mapEmpty();
        });
    }

    /** Those that are not forgotten yet, and the new one. */
    private Future<Set<Roster.Name>> living(Set<Roster.Name> names, Roster.Name fresh, String tenant) {
        Set<Roster.Name> living = java.util.concurrent.ConcurrentHashMap.newKeySet();
        living.add(fresh);
        List<Future<Extent>> looks = new ArrayList<>();
        for (Roster.Name name : names) {
            looks.add(log.head(stream(tenant, name.feed(), name.consumer())).onSuccess(extent -> {
                if (extent.exists()) {
                    living.add(name);
                }
            }));
        }
        return Future.all(looks)
                .compose(done -> living.size() <= MAX_CONSUMERS
                        ? Future.succeededFuture(living)
                        : Future.failedFuture(new Refusal(
                                409,
                                "too_many_consumers",
                                "The tenant has " + MAX_CONSUMERS + " consumers; delete one that is not needed.")));
    }

    /** Of two who write at once one wins; the other looks again at what it knows. */
    private static <T> Future<T> again(int attempt, Supplier<Future<T>> work) {
        return work.get()
                .recover(cause -> cause instanceof Conflict && attempt < MAX_ATTEMPTS
                        ? again(attempt + 1, work)
                        : Future.failedFuture(
                                cause instanceof Conflict
                                        ? new Refusal(
                                                503, "feed_busy", "Too many commit at once; try again in a moment.")
                                        : cause));
    }

    /** Forgets a consumer; false when there was none. */
    public Future<Boolean> forget(FeedName feed, String consumer) {
        StreamName stream = stream(feed.tenant(), feed.name(), consumer);
        return log.head(stream)
                .compose(extent -> log.expire(stream, Duration.ZERO).map(extent.exists()));
    }

    /** All consumers of a tenant, by feed and name. */
    public Future<List<Lag>> list(String tenant) {
        return log.all(roster(tenant)).map(Roster::of).compose(roster -> {
            List<Future<Optional<Lag>>> lags = roster.names().stream()
                    .sorted(java.util.Comparator.comparing(Roster.Name::feed).thenComparing(Roster.Name::consumer))
                    .map(name -> lag(new FeedName(tenant, name.feed()), name.consumer()))
                    .toList();
            return Future.all(lags)
                    .map(done ->
                            lags.stream().flatMap(lag -> lag.result().stream()).toList());
        });
    }

    private Future<Optional<Lag>> lag(FeedName feed, String consumer) {
        return committed(feed, consumer)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : lag(feed, found.get()).map(Optional::of));
    }

    /** How far a consumer is behind its feed. */
    public Future<Lag> lag(FeedName feed, Commit commit) {
        return log.read(feed.stream(), commit.id(), 1).map(page -> {
            EventId head = page.extent().head();
            return switch (page.standing()) {
                case FOREIGN, BEYOND -> new Lag(commit, head, null, null);
                case EXACT, BEHIND ->
                    new Lag(commit, head, head.seq() - commit.id().seq(), waiting(page));
            };
        });
    }

    private long waiting(Page page) {
        return page.entries().isEmpty()
                ? 0
                : Math.max(0, clock.getAsLong() - page.entries().get(0).id().millis());
    }
}
