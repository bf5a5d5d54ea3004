package dev.millrace.run;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a request does to a conversation other than going on with it: it begins another branch.
 *
 * @param message the id of one of its messages, ours or the client's own
 */
public record Revision(Kind kind, String message) {

    /** What is done, by the field that says it. */
    public enum Kind {
        /** A question's text is replaced, and what followed it is left. */
        EDIT,
        /** A question is answered once more. */
        REGENERATE;

        public String field() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    JsonObject toJson() {
        return new JsonObject().put("kind", kind.name()).put("message", message);
    }

    static @Nullable Revision from(@Nullable JsonObject json) {
        return json == null ? null : new Revision(Kind.valueOf(json.getString("kind")), json.getString("message"));
    }
}
