package dev.millrace.feed;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import io.vertx.core.json.JsonObject;

/**
 * How far a consumer of a feed has come.
 *
 * @param id the last event it is done with
 * @param by the subject of who said so
 * @param millis when, by the log's clock; 0 before it is in the log
 */
public record Commit(String feed, String consumer, EventId id, String by, long millis) {

    Event toEvent() {
        return Event.of(
                "commit",
                new JsonObject()
                        .put("feed", feed)
                        .put("consumer", consumer)
                        .put("id", id.toString())
                        .put("by", by)
                        .toBuffer());
    }

    static Commit of(Entry entry) {
        JsonObject json = new JsonObject(entry.data());
        return new Commit(
                json.getString("feed"),
                json.getString("consumer"),
                EventId.parse(json.getString("id")).orElseThrow(),
                json.getString("by"),
                entry.id().millis());
    }

    Commit at(long stored) {
        return new Commit(feed, consumer, id, by, stored);
    }
}
