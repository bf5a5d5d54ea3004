package dev.millrace.feed;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which consumers a tenant has: the newest entry of one stream.
 *
 * @param head where that stream ends
 */
record Roster(Set<Name> names, EventId head) {

    /** A consumer of a feed. */
    record Name(String feed, String consumer) {}

    static Roster of(List<Entry> entries) {
        if (entries.isEmpty()) {
            return new Roster(Set.of(), EventId.BEGINNING);
        }
        Entry newest = entries.get(entries.size() - 1);
        Set<Name> names = new LinkedHashSet<>();
        for (Object item : new JsonObject(newest.data()).getJsonArray("consumers")) {
            JsonArray pair = (JsonArray) item;
            names.add(new Name(pair.getString(0), pair.getString(1)));
        }
        return new Roster(names, newest.id());
    }

    static Event event(Collection<Name> names) {
        JsonArray pairs = new JsonArray();
        names.forEach(name -> pairs.add(new JsonArray().add(name.feed).add(name.consumer)));
        return Event.of("roster", new JsonObject().put("consumers", pairs).toBuffer());
    }
}
