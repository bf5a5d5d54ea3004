package dev.millrace.chat.agui;

import dev.millrace.chat.dialect.Visit;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * One run as the client calls it: to us it may be a stretch of a run that waits between two of them.
 *
 * @param legacy whether the client is of before 1.0
 * @param state what the client's page has, which is its own; null when it did not say
 */
record AgUiExchange(
        String thread, String run, boolean legacy, @Nullable Object state) {

    /** Of somebody who comes without a name of his own for it. */
    static AgUiExchange of(Visit visit) {
        JsonObject started = visit.before().isEmpty()
                ? new JsonObject()
                : new JsonObject(visit.before().get(0).data());
        return new AgUiExchange(started.getString("session", ""), started.getString("run", ""), false, null);
    }
}
