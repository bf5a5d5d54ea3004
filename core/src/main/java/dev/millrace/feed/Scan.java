package dev.millrace.feed;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.log.Page;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What stands right after a claimed place. Read once for all events of an attempt that claimed the same. */
final class Scan {

    enum Kind {
        /** The event is there. */
        THERE,
        /** Something else is there, so the event never will be. */
        NEVER,
        /** Nothing is there yet, so the event may still come. */
        OPEN,
        /** It is no longer kept what was there. */
        FORGOTTEN
    }

    /** @param id of the event, if it is there; else the place asked for */
    record Seen(Kind kind, EventId id) {}

    private final StreamLog log;
    private final StreamName feed;
    private final Map<EventId, Future<Page>> pages = new ConcurrentHashMap<>();

    Scan(StreamLog log, StreamName feed) {
        this.log = log;
        this.feed = feed;
    }

    Future<Seen> of(EventId place, CloudEvent event) {
        return pages.computeIfAbsent(place, after -> log.read(feed, after, FeedWriter.MAX_EVENTS))
                .map(page -> seen(page, place, event));
    }

    private static Seen seen(Page page, EventId place, CloudEvent event) {
        return switch (page.standing()) {
            case EXACT -> page.entries().isEmpty() ? new Seen(Kind.OPEN, place) : find(page, place, event, Kind.NEVER);
            case BEHIND -> find(page, place, event, Kind.FORGOTTEN);
            // The log lost what stood there, in a failover, and the event with it if it was there.
            case FOREIGN, BEYOND -> new Seen(Kind.NEVER, place);
        };
    }

    private static Seen find(Page page, EventId place, CloudEvent event, Kind otherwise) {
        for (Entry entry : page.entries()) {
            if (entry.id().seq() <= place.seq() + FeedWriter.MAX_EVENTS && event.is(entry)) {
                return new Seen(Kind.THERE, entry.id());
            }
        }
        return new Seen(otherwise, place);
    }
}
