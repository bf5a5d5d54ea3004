package dev.millrace.feed;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import io.vertx.core.json.JsonObject;

/**
 * What the claim of an event says, in the newest entry of its stream: the place after which it may be appended, or
 * where it stands.
 *
 * @param recorded false: {@code id} is the head of the feed that the event may follow. True: {@code id} is the event's
 */
record Claim(boolean recorded, EventId id) {

    private static final String PENDING = "pending";
    private static final String RECORDED = "recorded";

    static Event pending(EventId after) {
        return event(PENDING, after);
    }

    static Event recorded(EventId id) {
        return event(RECORDED, id);
    }

    private static Event event(String type, EventId id) {
        return Event.of(type, new JsonObject().put("id", id.toString()).toBuffer());
    }

    static Claim of(Entry entry) {
        EventId id = EventId.parse(new JsonObject(entry.data()).getString("id")).orElseThrow();
        return new Claim(entry.type().equals(RECORDED), id);
    }
}
