package dev.millrace.chat.aisdk;

import dev.millrace.chat.dialect.Answer;
import dev.millrace.chat.dialect.Asking;
import dev.millrace.chat.dialect.Reply;
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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The body of a {@code POST} of the AI SDK (wire/ai-sdk.md, section 1). It has the whole history or its last message; the
 * history that counts is ours, so both are read the same.
 */
final class AiSdkRequest {

    private static final String REGENERATE = "regenerate-message";

    /** The conversation keeps it. */
    private static final int MAX_ID_LENGTH = 128;

    private final Body body;
    private final Owner owner;
    private final @Nullable String idempotencyKey;
    private final String chat;
    private final JsonObject last;

    AiSdkRequest(Body body, Owner owner, @Nullable String idempotencyKey) {
        this.body = body;
        this.owner = owner;
        this.idempotencyKey = idempotencyKey;
        this.chat = body.text("id")
                .filter(id -> !id.isBlank())
                .orElseThrow(() -> wrong("id", "is missing; it is the id of the chat"));
        this.last = last(body);
    }

    private static JsonObject last(Body body) {
        Object message = body.value("message");
        if (message == null && body.value("messages") instanceof JsonArray messages && !messages.isEmpty()) {
            message = messages.getValue(messages.size() - 1);
        }
        if (message instanceof JsonObject json) {
            return json;
        }
        throw wrong("messages", "has no message; the last is the question");
    }

    Asking read() {
        boolean again = body.text("trigger").filter(REGENERATE::equals).isPresent();
        if (!again && "assistant".equals(last.getValue("role"))) {
            return answers();
        }
        StartRun start = again ? again() : question();
        return Asking.question(start);
    }

    /** The message that goes on is the last, and what is new in it are the answers to what it asked. */
    private Asking answers() {
        List<Answer> answers = new ArrayList<>();
        for (JsonObject part : parts()) {
            answer(part, answers);
        }
        if (answers.isEmpty()) {
            throw wrong("messages", "ends with an answer, which has no result of a tool and no approval");
        }
        String message = last.getString("id");
        return Asking.reply(new Reply(session(), message, answers, "ai-sdk"));
    }

    private static void answer(JsonObject part, List<Answer> answers) {
        String call = part.getValue("toolCallId") instanceof String id ? id : null;
        if (call == null || !(part.getValue("state") instanceof String state)) {
            return;
        }
        switch (state) {
            case "output-available" -> answers.add(new Answer(call, part.getValue("output", new JsonObject())));
            case "output-error" ->
                answers.add(new Answer(call, new JsonObject().put("error", part.getValue("errorText"))));
            case "approval-responded" -> {
                if (part.getValue("approval") instanceof JsonObject approval) {
                    answers.add(new Answer(call, Boolean.TRUE.equals(approval.getValue("approved"))));
                }
            }
            default -> {} // nothing that the front end says
        }
    }

    private List<JsonObject> parts() {
        if (!(last.getValue("parts") instanceof JsonArray parts)) {
            throw wrong("messages[].parts", "is missing in the last message");
        }
        return parts.stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .toList();
    }

    private String text() {
        String text = parts().stream()
                .filter(part -> "text".equals(part.getValue("type")))
                .map(part -> String.valueOf(part.getValue("text")))
                .collect(Collectors.joining("\n"));
        if (text.isBlank()) {
            throw wrong("messages[].parts", "has no text in the last message; it is the question to answer");
        }
        return text;
    }

    /**
     * The same message of the same chat is the same question, however often it comes. A message that is edited keeps its
     * id, and may be sent with the text that it had.
     */
    private StartRun question() {
        String text = text();
        if (!(last.getValue("id") instanceof String id) || id.isBlank()) {
            return start(text, null, null, null);
        }
        if (id.length() > MAX_ID_LENGTH) {
            throw wrong("messages[].id", "is longer than " + MAX_ID_LENGTH + " characters");
        }
        return id.equals(body.value("messageId"))
                ? start(text, id, new Revision(Revision.Kind.EDIT, id), null)
                : start(text, id, null, "ai-sdk " + Digest.text(chat, id, text));
    }

    /** What is answered again is named by its answer or by its question, or is the last. */
    private StartRun again() {
        String named = body.text("messageId").orElseGet(() -> last.getString("id"));
        String text = "user".equals(last.getValue("role")) ? text() : "";
        return start(
                text, last.getString("id"), named == null ? null : new Revision(Revision.Kind.REGENERATE, named), null);
    }

    private StartRun start(String text, @Nullable String id, @Nullable Revision revision, @Nullable String natural) {
        RunOptions options = RunOptions.read(body, IfRunning.INTERRUPT);
        return new StartRun(
                owner,
                text,
                id,
                revision,
                session(),
                true,
                options.detach(),
                options.ifRunning(),
                options.timeoutMillis(),
                options.tools(),
                options.clientTools(),
                options.metadata(),
                idempotencyKey == null ? natural : idempotencyKey,
                Digest.text(text, String.valueOf(revision)));
    }

    private String session() {
        return OwnedId.sessionNamed(owner, chat).text();
    }

    private static Problem wrong(String field, String what) {
        return Problem.badRequest("bad_field", "'" + field + "' " + what + ".").with("field", field);
    }
}
