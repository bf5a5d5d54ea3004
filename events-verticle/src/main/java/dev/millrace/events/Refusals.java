package dev.millrace.events;

import dev.millrace.http.Problem;
import dev.millrace.run.Refusal;
import io.vertx.core.json.JsonObject;

/** What feeds refuse, as a client sees it. */
final class Refusals {

    private Refusals() {}

    static Throwable problem(Throwable cause) {
        if (cause instanceof Refusal refusal) {
            Problem problem = new Problem(refusal.status(), refusal.code(), String.valueOf(refusal.getMessage()))
                    .with(refusal.more());
            return refusal.status() == 503 ? problem.header("Retry-After", "1") : problem;
        }
        return cause;
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
