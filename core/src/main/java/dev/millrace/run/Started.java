package dev.millrace.run;

import io.vertx.core.json.JsonObject;

/**
 * The run that answers a request: a new one, or the one an earlier request under the same idempotency key began.
 */
public record Started(String run, String session) {

    public JsonObject toJson() {
        return new JsonObject().put("run", run).put("session", session);
    }

    public static Started from(JsonObject json) {
        return new Started(json.getString("run"), json.getString("session"));
    }
}
