package dev.millrace.feed;

import io.vertx.core.json.JsonObject;

/**
 * Which run something happened in.
 *
 * @param metadata what its client gave with its question, for whoever hears of the run; empty for nothing
 */
public record RunRef(String session, String run, JsonObject metadata) {

    String subject() {
        return "session/" + session;
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject().put("run", run).put("session", session);
        return metadata.isEmpty() ? json : json.put("metadata", metadata);
    }
}
