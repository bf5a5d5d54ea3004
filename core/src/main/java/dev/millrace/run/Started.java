package dev.millrace.run;

import io.vertx.core.json.JsonObject;

/**
 * The run that answers a request: a new one, or the one an earlier request under the same idempotency key began.
 *
 * @param before whether an earlier request began it
 */
public record Started(String run, String session, boolean before) {

    /** A new one. */
    public Started(String run, String session) {
        this(run, session, false);
    }

    /** The same for a request that came later. */
    public Started again() {
        return new Started(run, session, true);
    }

    public JsonObject toJson() {
        JsonObject json = new JsonObject().put("run", run).put("session", session);
        return before ? json.put("before", true) : json;
    }

    public static Started from(JsonObject json) {
        return new Started(json.getString("run"), json.getString("session"), json.getBoolean("before", false));
    }
}
