package dev.millrace.feed;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.log.Conflict;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Digest;
import dev.millrace.run.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way into a feed, and what is known of its claim. One thing at a time happens to it, on whatever
 * thread the log answers.
 */
final class Publication {

    private final StreamLog log;
    private final CloudEvent event;
    private final StreamName claim;
    private final Promise<Published> outcome = Promise.promise();

    /** Where the claim's stream ends. */
    private volatile long claimSeq;
    /** The place that the claim allows; null before we know of one. */
    private volatile @Nullable EventId place;

    private volatile boolean settled;

    Publication(StreamLog log, FeedName feed, CloudEvent event) {
        this.log = log;
        this.event = event;
        this.claim = claim(feed, event);
    }

    /** Five parts: the claims of runs have three. */
    static StreamName claim(FeedName feed, CloudEvent event) {
        return StreamName.claim(Digest.text("event", feed.tenant(), feed.name(), event.source(), event.id()));
    }

    CloudEvent event() {
        return event;
    }

    StreamName claim() {
        return claim;
    }

    Future<Published> outcome() {
        return outcome.future();
    }

    boolean isSettled() {
        return settled;
    }

    /** Whether it may be appended right after this place. */
    boolean mayFollow(EventId head) {
        return !settled && head.equals(place);
    }

    /** Makes the event's place {@code head}, or finds that the event is in the feed already. */
    Future<Void> aim(EventId head, Scan scan) {
        EventId allowed = place;
        if (allowed == null) {
            return claim(head);
        }
        if (allowed.equals(head)) {
            return Future.succeededFuture();
        }
        return scan.of(allowed, event).compose(seen -> switch (seen.kind()) {
            case THERE -> record(seen.id(), true);
            case NEVER -> claim(head);
            case OPEN -> Future.succeededFuture(); // our head is the older one; the next attempt has a newer
            case FORGOTTEN -> {
                fail(doubtful());
                yield Future.succeededFuture();
            }
        });
    }

    private Future<Void> claim(EventId head) {
        return log.append(claim, List.of(Claim.pending(head)), claimSeq)
                .<Void>map(appended -> {
                    claimSeq = appended.last().seq();
                    place = head;
                    return null;
                })
                .recover(cause -> cause instanceof Conflict ? look() : Future.failedFuture(cause));
    }

    /** Somebody else wrote to the claim. */
    private Future<Void> look() {
        return log.all(claim).compose(entries -> {
            if (entries.isEmpty()) { // expired or evicted in between
                claimSeq = 0;
                place = null;
                return Future.succeededFuture();
            }
            Entry newest = entries.get(entries.size() - 1);
            claimSeq = newest.id().seq();
            Claim says = Claim.of(newest);
            if (says.recorded()) {
                settle(new Published(says.id(), true));
            } else {
                place = says.id();
            }
            return Future.succeededFuture();
        });
    }

    /**
     * The event is in the feed. That is written into its claim before anybody is told, so that a claim that says nothing
     * of it means that nobody was told. Should it fail, the event is in the feed all the same.
     */
    Future<Void> record(EventId id, boolean duplicate) {
        settled = true;
        return log.append(claim, List.of(Claim.recorded(id)), claimSeq).transform(written -> {
            outcome.tryComplete(new Published(id, duplicate));
            return Future.succeededFuture();
        });
    }

    private void settle(Published published) {
        settled = true;
        outcome.tryComplete(published);
    }

    void fail(Throwable cause) {
        settled = true;
        outcome.tryFail(cause);
    }

    private static Refusal doubtful() {
        return new Refusal(
                409,
                "event_uncertain",
                "The event was being published before, and the feed no longer keeps the place where that would show."
                        + " If you know that it was lost, publish it under another id.");
    }
}
