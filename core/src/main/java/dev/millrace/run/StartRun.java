package dev.millrace.run;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an edge asks of an agent: answer this.
 *
 * @param message the question; empty when one that was asked before is answered again
 * @param messageId what the client calls its question; null when it has no name for it
 * @param revision null to go on with the conversation
 * @param session the conversation to go on with; null begins one
 * @param opens whether the session may begin with this question, because the client has named it
 * @param detach whether the run goes on when nobody watches
 * @param timeoutMillis how long the run may take; null for the agent's own limit
 * @param tools what the run may use; null for all the agent has
 * @param clientTools what whoever asks can do for the run
 * @param idempotencyKey null when the client gave none
 * @param bodyDigest tells whether another request under the same key asks for the same
 */
public record StartRun(
        Owner owner,
        String message,
        @Nullable String messageId,
        @Nullable Revision revision,
        @Nullable String session,
        boolean opens,
        boolean detach,
        IfRunning ifRunning,
        @Nullable Long timeoutMillis,
        @Nullable List<String> tools,
        List<ClientTool> clientTools,
        JsonObject metadata,
        @Nullable String idempotencyKey,
        String bodyDigest) {

    /** What happens to a message while the conversation's last run is not over. */
    public enum IfRunning {
        ENQUEUE,
        INTERRUPT,
        REJECT;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<IfRunning> of(String text) {
            for (IfRunning value : values()) {
                if (value.text().equals(text)) {
                    return Optional.of(value);
                }
            }
            return Optional.empty();
        }
    }

    /** A question that goes on with its conversation, from a client that has no name for it. */
    public StartRun(
            Owner owner,
            String message,
            @Nullable String session,
            boolean detach,
            IfRunning ifRunning,
            @Nullable Long timeoutMillis,
            @Nullable List<String> tools,
            JsonObject metadata,
            @Nullable String idempotencyKey,
            String bodyDigest) {
        this(
                owner,
                message,
                null,
                null,
                session,
                false,
                detach,
                ifRunning,
                timeoutMillis,
                tools,
                List.of(),
                metadata,
                idempotencyKey,
                bodyDigest);
    }

    /** The same question at another place in its conversation. @param other null to go on with the conversation */
    public StartRun revised(@Nullable Revision other) {
        return new StartRun(
                owner,
                message,
                messageId,
                other,
                session,
                opens,
                detach,
                ifRunning,
                timeoutMillis,
                tools,
                clientTools,
                metadata,
                idempotencyKey,
                bodyDigest);
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("owner", owner.toJson())
                .put("message", message)
                .put("message_id", messageId)
                .put("revision", revision == null ? null : revision.toJson())
                .put("session", session)
                .put("opens", opens)
                .put("detach", detach)
                .put("if_running", ifRunning.name())
                .put("timeout_ms", timeoutMillis)
                .put("tools", tools == null ? null : new JsonArray(tools))
                .put(
                        "client_tools",
                        new JsonArray(
                                clientTools.stream().map(ClientTool::toJson).toList()))
                .put("metadata", metadata)
                .put("idempotency_key", idempotencyKey)
                .put("body_digest", bodyDigest);
    }

    static StartRun from(JsonObject json) {
        JsonArray tools = json.getJsonArray("tools");
        return new StartRun(
                Owner.from(json.getJsonObject("owner")),
                json.getString("message"),
                json.getString("message_id"),
                Revision.from(json.getJsonObject("revision")),
                json.getString("session"),
                json.getBoolean("opens", false),
                json.getBoolean("detach"),
                IfRunning.valueOf(json.getString("if_running")),
                json.getLong("timeout_ms"),
                tools == null ? null : tools.stream().map(String::valueOf).toList(),
                json.getJsonArray("client_tools", new JsonArray()).stream()
                        .map(tool -> ClientTool.from((JsonObject) tool))
                        .toList(),
                json.getJsonObject("metadata"),
                json.getString("idempotency_key"),
                json.getString("body_digest"));
    }
}
