package dev.millrace.run;

import dev.millrace.event.Entry;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a person says to a run while it goes on. That it was taken stands in the run's stream, so that the same input sent
 * twice is one, even when the answer to the first got lost and the run is over meanwhile.
 *
 * @param id chosen by the client; the same id again is the same input
 * @param request what it answers; null for what is open, or to steer
 * @param value a {@code String} for a text, a {@code Boolean} for an approval, any JSON for an output
 */
public record Input(String id, @Nullable String request, Kind kind, Object value) {

    private static final String ID = "input";
    private static final String REQUEST = "request";

    /** What is said, by the field that says it. */
    public enum Kind {
        TEXT,
        OUTPUT,
        APPROVED;

        public String field() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How the run's stream shows that it was taken. @param answers the request that it answers; null when it steers */
    public Status taken(@Nullable String answers) {
        JsonObject details = new JsonObject().put(ID, id);
        if (answers != null) {
            details.put(REQUEST, answers);
        }
        return new Status(Step.STEERED, details.put(kind.field(), value));
    }

    /** Whether a run's stream shows that it was taken. */
    public boolean standsIn(List<Entry> run) {
        return run.stream()
                .flatMap(entry -> RunEvent.of(entry).stream())
                .anyMatch(event -> event instanceof Status status
                        && status.step() == Step.STEERED
                        && id.equals(status.details().getString(ID)));
    }

    public JsonObject toJson() {
        return new JsonObject().put(ID, id).put(REQUEST, request).put(kind.field(), value);
    }

    public static Input from(JsonObject json) {
        for (Kind kind : Kind.values()) {
            Object value = json.getValue(kind.field());
            if (value != null) {
                return new Input(json.getString(ID), json.getString(REQUEST), kind, value);
            }
        }
        throw new IllegalArgumentException("an input without a value: " + json.fieldNames());
    }
}
