package dev.millrace.run;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import io.vertx.core.json.JsonObject;

/**
 * What an idempotency key stands for: the first and only entry of the key's stream, appended with expected seq 0, so
 * that of two requests at once one claims the key and the other finds it claimed.
 */
public record Claim(Started started, String bodyDigest) {

    public Event toEvent() {
        return Event.of("claim", started.toJson().put("body_digest", bodyDigest).toBuffer());
    }

    public static Claim of(Entry entry) {
        JsonObject json = new JsonObject(entry.data());
        return new Claim(Started.from(json), json.getString("body_digest"));
    }
}
