package dev.millrace.system;

import io.vertx.core.json.JsonObject;

/** A CloudEvent of a feed, and its place there. */
record LoggedEvent(String id, JsonObject event) {

    /** Source and id, by which a publisher knows it. */
    String name() {
        return event.getString("source") + " " + event.getString("id");
    }

    String type() {
        return event.getString("type");
    }

    String subject() {
        return event.getString("subject");
    }

    long seq() {
        return Long.parseLong(id.substring(0, id.indexOf('-')));
    }
}
