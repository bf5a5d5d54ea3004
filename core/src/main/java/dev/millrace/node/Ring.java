package dev.millrace.node;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.log.StreamName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A doorbell as it travels: the entries, and what stands right before them. */
record Ring(StreamName stream, EventId previous, List<Entry> entries) {

    static JsonObject encode(StreamName stream, EventId previous, List<Entry> entries) {
        JsonArray carried = new JsonArray();
        entries.forEach(entry -> carried.add(new JsonArray()
                .add(entry.id().toString())
                .add(entry.type())
                .add(entry.data().toString())));
        return new JsonObject()
                .put("kind", stream.kind().name())
                .put("id", stream.id())
                .put("previous", previous.toString())
                .put("entries", carried);
    }

    static Ring decode(JsonObject json) {
        List<Entry> entries = json.getJsonArray("entries").stream()
                .map(JsonArray.class::cast)
                .map(carried ->
                        new Entry(id(carried.getString(0)), carried.getString(1), Buffer.buffer(carried.getString(2))))
                .toList();
        return new Ring(
                new StreamName(StreamName.Kind.valueOf(json.getString("kind")), json.getString("id")),
                id(json.getString("previous")),
                entries);
    }

    private static EventId id(String text) {
        return EventId.parse(text).orElseThrow(() -> new IllegalArgumentException("no event id: " + text));
    }
}
