package dev.millrace.chat.agui;

import dev.millrace.chat.dialect.Answer;
import dev.millrace.chat.dialect.Asking;
import dev.millrace.chat.dialect.Reply;
import dev.millrace.chat.dialect.RunOptions;
import dev.millrace.http.Body;
import dev.millrace.http.Problem;
import dev.millrace.run.Digest;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import dev.millrace.run.StartRun;
import dev.millrace.run.StartRun.IfRunning;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The body of a {@code POST} of AG-UI (wire/ag-ui.md, section 1). It has the whole history; the history that counts is
 * ours, so what is read are the last question, or the results of tools and the answers to interrupts behind the last answer.
 */
final class AgUiRequest {

    private static final int MAX_ID_LENGTH = 255;

    private final Body body;
    private final String thread;
    private final String run;
    private final List<JsonObject> messages;

    AgUiRequest(Body body) {
        this.body = body;
        this.thread = id("threadId");
        this.run = id("runId");
        this.messages = messages(body);
    }

    private String id(String field) {
        String id = body.text(field).orElse("");
        if (id.isBlank() || id.length() > MAX_ID_LENGTH) {
            throw wrong(field, "must have 1 to " + MAX_ID_LENGTH + " characters");
        }
        return id;
    }

    private static List<JsonObject> messages(Body body) {
        if (!(body.value("messages") instanceof JsonArray array)) {
            throw wrong("messages", "must be an array of messages");
        }
        return array.stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .toList();
    }

    AgUiExchange exchange() {
        return new AgUiExchange(thread, run, !body.has("protocolVersion"), body.value("state"));
    }

    /** What the client has up to its question. */
    JsonArray history() {
        return new JsonArray(messages.subList(0, question() + 1));
    }

    private int question() {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (is("user", messages.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private static boolean is(String role, JsonObject message) {
        return role.equals(message.getValue("role"));
    }

    Asking read(Owner owner, @Nullable String idempotencyKey) {
        String session = OwnedId.sessionNamed(owner, thread).text();
        List<Answer> answers = new ArrayList<>();
        results(answers);
        if (body.value("resume") instanceof JsonArray resume) {
            resume.forEach(entry -> answers.add(resumed(entry)));
        }
        return answers.isEmpty()
                ? Asking.question(start(owner, session, idempotencyKey))
                : Asking.reply(new Reply(session, null, answers, "ag-ui_" + Digest.text(run)));
    }

    /** The results of tools with which the history ends. */
    private void results(List<Answer> answers) {
        for (int i = messages.size() - 1; i >= 0 && is("tool", messages.get(i)); i--) {
            JsonObject message = messages.get(i);
            if (message.getValue("toolCallId") instanceof String call) {
                Object error = message.getValue("error");
                answers.add(
                        0, new Answer(call, error == null ? output(message) : new JsonObject().put("error", error)));
            }
        }
    }

    /** A result is text; JSON in it is the value that was meant. */
    private static Object output(JsonObject message) {
        Object content = message.getValue("content", "");
        if (!(content instanceof String text)) {
            return content;
        }
        try {
            Object value = io.vertx.core.json.Json.decodeValue(text);
            return value == null ? text : value;
        } catch (io.vertx.core.json.DecodeException e) {
            return text;
        }
    }

    private static Answer resumed(Object entry) {
        if (!(entry instanceof JsonObject json && json.getValue("interruptId") instanceof String interrupt)) {
            throw wrong("resume[]", "must have an 'interruptId'");
        }
        Object payload = "cancelled".equals(json.getValue("status")) ? false : json.getValue("payload", true);
        return Interrupts.answer(interrupt, payload);
    }

    private StartRun start(Owner owner, String session, @Nullable String idempotencyKey) {
        int at = question(); // behind it stands what came of the answer, for a client that comes back to it
        if (at < 0) {
            throw wrong("messages", "has no message of the user; the last is the question");
        }
        JsonObject question = messages.get(at);
        String text = text(question.getValue("content"));
        String id = question.getValue("id") instanceof String given && given.length() <= MAX_ID_LENGTH ? given : null;
        RunOptions options = RunOptions.read(body, IfRunning.INTERRUPT);
        return new StartRun(
                owner,
                text,
                id,
                null,
                session,
                true,
                options.detach(),
                options.ifRunning(),
                options.timeoutMillis(),
                null, // the tools of this protocol are the front end's
                options.clientTools(),
                options.metadata(),
                idempotencyKey == null ? "ag-ui " + Digest.text(thread, run) : idempotencyKey,
                Digest.text(text));
    }

    private static String text(@Nullable Object content) {
        String text = content instanceof JsonArray parts
                ? parts.stream()
                        .filter(part -> part instanceof JsonObject json && "text".equals(json.getValue("type")))
                        .map(part -> String.valueOf(((JsonObject) part).getValue("text")))
                        .collect(Collectors.joining("\n"))
                : String.valueOf(content == null ? "" : content);
        if (text.isBlank()) {
            throw wrong("messages[].content", "has no text in the last message; it is the question to answer");
        }
        return text;
    }

    private static Problem wrong(String field, String what) {
        return Problem.badRequest("bad_field", "'" + field + "' " + what + ".").with("field", field);
    }
}
