package dev.millrace.run;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of a conversation changes about it without saying anything in it.
 *
 * @param title null to leave it as it is
 * @param branch the id of a message, ours or the client's own, whose branch is to be the active one; null to leave that
 */
public record Amendment(@Nullable String title, @Nullable String branch) {

    JsonObject toJson() {
        return new JsonObject().put("title", title).put("branch", branch);
    }

    static Amendment from(JsonObject json) {
        return new Amendment(json.getString("title"), json.getString("branch"));
    }
}
