package dev.millrace.chat;

import dev.millrace.auth.Caller;
import dev.millrace.http.Body;
import dev.millrace.http.Credentials;
import dev.millrace.http.Problem;
import dev.millrace.run.Digest;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import dev.millrace.run.StartRun;
import dev.millrace.run.StartRun.IfRunning;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The body and headers of {@code POST /api/chat}, checked (wire/native.md, section 1). */
final class ChatRequest {

    private static final int MAX_KEY_LENGTH = 255;
    private static final long MAX_TIMEOUT_MILLIS = 3_600_000;

    private ChatRequest() {}

    /** @throws Problem naming the field that is wrong */
    static StartRun read(RoutingContext ctx) {
        Body body = Body.json(ctx);
        Dialect.require(ctx, body);
        Caller caller = Credentials.caller(ctx);
        Owner owner = Owner.of(caller);
        return new StartRun(
                owner,
                message(body),
                session(body, owner),
                body.flag("detach"),
                ifRunning(body),
                body.number("timeout_ms", 1, MAX_TIMEOUT_MILLIS).orElse(null),
                body.texts("tools").orElse(null),
                body.object("metadata").orElseGet(JsonObject::new),
                idempotencyKey(ctx),
                Digest.text(body.toJson().encode()));
    }

    private static String message(Body body) {
        Object message = body.value("message");
        String text = message instanceof JsonArray parts ? text(parts) : text(message);
        if (text.isBlank()) {
            throw Problem.badRequest("bad_field", "'message' is empty; it is the question to answer.")
                    .with("field", "message");
        }
        return text;
    }

    private static String text(@Nullable Object message) {
        if (message instanceof String text) {
            return text;
        }
        if (message == null) {
            throw Problem.badRequest("bad_field", "'message' is missing; it is the question to answer.")
                    .with("field", "message");
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
        throw Problem.badRequest("bad_field", "'message[]' takes parts like {\"type\":\"text\",\"text\":\"…\"}.")
                .with("field", "message[]");
    }

    private static @Nullable String session(Body body, Owner owner) {
        String session = body.text("session").orElse(null);
        if (session != null && !OwnedId.isSessionOf(owner, session)) {
            throw Problem.notFound("session");
        }
        return session;
    }

    private static IfRunning ifRunning(Body body) {
        String text = body.text("if_running").orElse(IfRunning.ENQUEUE.text());
        return IfRunning.of(text).orElseThrow(() -> Problem.badRequest(
                        "bad_field", "'if_running' must be 'enqueue', 'interrupt' or 'reject'.")
                .with("field", "if_running"));
    }

    private static @Nullable String idempotencyKey(RoutingContext ctx) {
        String key = ctx.request().getHeader("Idempotency-Key");
        if (key != null && (key.isBlank() || key.length() > MAX_KEY_LENGTH)) {
            throw Problem.badRequest(
                    "bad_idempotency_key", "Idempotency-Key must have 1 to " + MAX_KEY_LENGTH + " characters.");
        }
        return key;
    }
}
