package dev.millrace.chat.agui;

import dev.millrace.chat.dialect.Frames;
import dev.millrace.event.RunEvent.Artifact;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/** What stands beside an answer: an activity, which later revisions change in place. */
final class Activities {

    private static final String TYPE = "artifact";

    private final Snapshot snapshot;
    private final Map<String, JsonObject> known = new HashMap<>();

    Activities(Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    void tell(String base, Artifact artifact, Frames out) {
        String id = base + "_" + artifact.id();
        JsonObject content = artifact.toJson();
        JsonObject before = known.put(id, content);
        snapshot.activity(id, TYPE, content);
        out.add(
                before == null
                        ? Say.message("ACTIVITY_SNAPSHOT", id)
                                .put("activityType", TYPE)
                                .put("content", content)
                        : Say.message("ACTIVITY_DELTA", id)
                                .put("activityType", TYPE)
                                .put("patch", patch(before, content)));
    }

    /** RFC 6902. The fields are the same each time. */
    private static JsonArray patch(JsonObject before, JsonObject after) {
        JsonArray patch = new JsonArray();
        for (String field : after.fieldNames()) {
            Object value = after.getValue(field);
            if (!value.equals(before.getValue(field))) {
                patch.add(new JsonObject()
                        .put("op", "replace")
                        .put("path", "/" + field)
                        .put("value", value));
            }
        }
        return patch;
    }
}
