package dev.millrace.events;

import dev.millrace.http.Problem;
import dev.millrace.run.Refusal;
import io.vertx.core.json.JsonObject;

/** What feeds refuse, as a client sees it. */
final class Refusals {

    private Refusals() {}

    static Throwable problem(Throwable cause) {
        return cause instanceof Refusal refusal
                ? Problem.refused(
                        refusal.status(), refusal.code(), String.valueOf(refusal.getMessage()), refusal.more())
                : cause;
    }

    /** Of one item of a batch. */
    static JsonObject item(Refusal refusal) {
        JsonObject error = new JsonObject()
                .put("code", refusal.code())
                .put("detail", refusal.getMessage())
                .mergeIn(refusal.more());
        return new JsonObject().put("error", error);
    }
}
