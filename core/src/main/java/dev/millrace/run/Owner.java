package dev.millrace.run;

import dev.millrace.auth.Caller;
import io.vertx.core.json.JsonObject;

/** Whose a run or a conversation is. */
public record Owner(String tenant, String subject) {

    public static Owner of(Caller caller) {
        return new Owner(caller.tenant(), caller.subject());
    }

    /** A name for the owner's own streams that no other owner can have. */
    public String key() {
        return Digest.text(tenant, subject);
    }

    /** A name for one idempotency key of this owner. */
    public String key(String idempotencyKey) {
        return Digest.text(tenant, subject, idempotencyKey);
    }

    public JsonObject toJson() {
        return new JsonObject().put("tenant", tenant).put("subject", subject);
    }

    public static Owner from(JsonObject json) {
        return new Owner(json.getString("tenant"), json.getString("subject"));
    }
}
