package dev.millrace.agent;

import dev.millrace.event.Event;
import dev.millrace.run.Conversation;
import dev.millrace.run.Conversation.Message;
import dev.millrace.run.Conversation.Role;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Refusal;
import dev.millrace.run.Revision;
import dev.millrace.run.StartRun;
import dev.millrace.run.Turn;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A question and its place in the conversation.
 *
 * @param posted the message to write; null when one that stands there is answered again
 */
record Asked(Turn turn, String text, @Nullable Message posted) {

    /**
     * @param run that answers it
     * @throws Refusal when the request names a message that is not there, or one of the wrong kind
     */
    static Asked of(StartRun request, String run, Conversation before) {
        Revision revision = request.revision();
        if (revision == null) {
            return posted(request, run, before.branches().leaf());
        }
        return switch (revision.kind()) {
            case EDIT -> posted(request, run, edited(revision, before).after());
            case REGENERATE -> again(revision, run, before);
        };
    }

    private static Asked posted(StartRun request, String run, @Nullable String after) {
        String id = "msg_" + OwnedId.randomText();
        Message question = Message.question(id, request.message(), run, request.messageId());
        return new Asked(new Turn(run, id, after), request.message(), question);
    }

    /** Only a question can be edited: what steered a run has had its effect in the middle of an answer. */
    private static Turn edited(Revision revision, Conversation before) {
        Message message = before.called(revision.message()).orElseThrow(() -> unknown(revision));
        Turn turn = before.branches().of(message.run());
        if (message.role() != Role.USER || turn == null || !turn.question().equals(message.id())) {
            throw new Refusal(
                    400,
                    "bad_field",
                    "'edit' must name a question, and '" + revision.message() + "' is none.",
                    new JsonObject().put("field", revision.kind().field()));
        }
        return turn;
    }

    private static Asked again(Revision revision, String run, Conversation before) {
        Turn first = before.runOf(revision.message())
                .map(named -> before.branches().of(named))
                .orElseThrow(() -> unknown(revision));
        Message question =
                before.message(Objects.requireNonNull(first).question()).orElseThrow(() -> unknown(revision));
        return new Asked(new Turn(run, question.id(), first.after()), question.text(), null);
    }

    private static Refusal unknown(Revision revision) {
        return unknown(revision.kind().field(), revision.message());
    }

    static Refusal unknown(String field, String message) {
        return new Refusal(
                404,
                "unknown_message",
                "'" + field + "' names '" + message + "', and the session has no such message.",
                new JsonObject().put("field", field));
    }

    /** What goes into the conversation's stream, in one append. */
    List<Event> events() {
        return posted == null ? List.of(turn.toEvent()) : List.of(turn.toEvent(), posted.toEvent());
    }
}
