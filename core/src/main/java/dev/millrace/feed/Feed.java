package dev.millrace.feed;

import dev.millrace.event.EventId;
import dev.millrace.log.Extent;
import dev.millrace.log.StreamLog;
import dev.millrace.log.Tail;
import dev.millrace.run.Refusal;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * A feed, for programs inside the cluster: the same events, ids and rules as over HTTP, without HTTP. Safe from any
 * thread; futures complete on any thread. They fail with {@link Refusal} for what the caller can mend, else with what
 * the log said; publishing again after any failure is safe.
 */
public final class Feed {

    private final Feeds feeds;
    private final StreamLog log;
    private final FeedName name;

    Feed(Feeds feeds, StreamLog log, FeedName name) {
        this.feeds = feeds;
        this.log = log;
        this.name = name;
    }

    public FeedName name() {
        return name;
    }

    /** Publishes an event, unless one with its source and id was published in the last 24 hours. */
    public Future<Published> publish(CloudEvent event) {
        return publish(List.of(event)).get(0);
    }

    /** Publishes events in their order; a future for each. */
    public List<Future<Published>> publish(List<CloudEvent> events) {
        return feeds.publish(name, events);
    }

    /** A reader after a position, on the caller's context. It must be closed; see {@link Tail}. */
    public Tail tail(EventId after, Filter filter) {
        return log.tail(name.stream(), after).filtering(filter);
    }

    /** What the feed holds. */
    public Future<Extent> extent() {
        return log.head(name.stream());
    }

    /** The place before the first event that was published at that time or later. */
    public Future<EventId> since(long millis) {
        return log.locate(name.stream(), millis);
    }

    /** What a consumer committed last. */
    public Future<Optional<Commit>> committed(String consumer) {
        return feeds.consumers().committed(name, consumer);
    }

    /** Everything up to this event is done with. Fails when the id is not of this feed, or older than what is committed. */
    public Future<Commit> commit(String consumer, EventId id, String by) {
        return feeds.consumers().commit(new Commit(name.name(), consumer, id, by, 0), name.tenant(), false);
    }
}
