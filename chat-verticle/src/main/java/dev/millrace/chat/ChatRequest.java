package dev.millrace.chat;

import dev.millrace.chat.dialect.RunOptions;
import dev.millrace.http.Body;
import dev.millrace.http.Problem;
import dev.millrace.run.Digest;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import dev.millrace.run.Revision;
import dev.millrace.run.StartRun;
import dev.millrace.run.StartRun.IfRunning;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The body and headers of {@code POST /api/chat}, checked (wire/native.md, section 1). */
final class ChatRequest {

    private static final int MAX_KEY_LENGTH = 255;

    /** What front ends call their messages: letters, digits and a few marks, so that it can stand in any path or log. */
    private static final Pattern MESSAGE_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    private ChatRequest() {}

    /** @throws Problem naming the field that is wrong */
    static StartRun read(Body body, Owner owner, @Nullable String idempotencyKey) {
        Revision revision = revision(body);
        boolean asksAgain = revision != null && revision.kind() == Revision.Kind.REGENERATE;
        RunOptions options = RunOptions.read(body, IfRunning.ENQUEUE);
        return new StartRun(
                owner,
                asksAgain ? nothing(body) : message(body),
                messageId(body, "message_id"),
                revision,
                session(body, owner),
                false,
                options.detach(),
                options.ifRunning(),
                options.timeoutMillis(),
                options.tools(),
                options.clientTools(),
                options.metadata(),
                idempotencyKey,
                Digest.text(body.toJson().encode()));
    }

    private static @Nullable Revision revision(Body body) {
        Revision revision = null;
        for (Revision.Kind kind : Revision.Kind.values()) {
            String message = messageId(body, kind.field());
            if (message != null && revision != null) {
                throw wrong(kind.field(), "stands beside '" + revision.kind().field() + "'; say one of them");
            }
            if (message != null && !body.has("session")) {
                throw wrong("session", "is missing; '" + kind.field() + "' names one of its messages");
            }
            revision = message == null ? revision : new Revision(kind, message);
        }
        return revision;
    }

    static @Nullable String messageId(Body body, String field) {
        String id = body.text(field).orElse(null);
        if (id != null && !MESSAGE_ID.matcher(id).matches()) {
            throw wrong(field, "must have 1 to 128 letters, digits, dots, colons, dashes or underscores");
        }
        return id;
    }

    /** The question stands in the session, and the client's own name for it beside it. */
    private static String nothing(Body body) {
        for (String field : List.of("message", "message_id")) {
            if (body.has(field)) {
                throw wrong(field, "stands beside 'regenerate', which answers a question of the session again");
            }
        }
        return "";
    }

    static Problem wrong(String field, String what) {
        return Problem.badRequest("bad_field", "'" + field + "' " + what + ".").with("field", field);
    }

    private static String message(Body body) {
        Object message = body.value("message");
        String text = message instanceof JsonArray parts ? text(parts) : text(message);
        if (text.isBlank()) {
            throw wrong("message", "is empty; it is the question to answer");
        }
        return text;
    }

    private static String text(@Nullable Object message) {
        if (message instanceof String text) {
            return text;
        }
        if (message == null) {
            throw wrong("message", "is missing; it is the question to answer");
        }
        throw Body.wrong("message", "a string or an array of parts", message);
    }

    private static String text(JsonArray parts) {
        return parts.stream().map(ChatRequest::part).collect(Collectors.joining("\n"));
    }

    private static String part(@Nullable Object part) {
        if (part instanceof JsonObject object
                && "text".equals(object.getValue("type"))
                && object.getValue("text") instanceof String text) {
            return text;
        }
        throw wrong("message[]", "takes parts like {\"type\":\"text\",\"text\":\"…\"}");
    }

    private static @Nullable String session(Body body, Owner owner) {
        String session = body.text("session").orElse(null);
        if (session != null && !OwnedId.isSessionOf(owner, session)) {
            throw Problem.notFound("session");
        }
        return session;
    }

    /** @throws Problem for a key that is too long or empty */
    static @Nullable String idempotencyKey(RoutingContext ctx) {
        String key = ctx.request().getHeader("Idempotency-Key");
        if (key != null && (key.isBlank() || key.length() > MAX_KEY_LENGTH)) {
            throw Problem.badRequest(
                    "bad_idempotency_key", "Idempotency-Key must have 1 to " + MAX_KEY_LENGTH + " characters.");
        }
        return key;
    }
}
