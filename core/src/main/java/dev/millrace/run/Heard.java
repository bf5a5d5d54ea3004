package dev.millrace.run;

import dev.millrace.event.Event;
import dev.millrace.run.Conversation.Message;
import dev.millrace.run.Conversation.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * The answer of a run was spoken, and its listener heard no more of it than this. In a conversation's stream it may stand
 * before the answer or behind it, because who speaks an answer is not who writes it.
 *
 * @param text how the answer begins, as far as it was heard
 */
public record Heard(String run, String text) {

    static final String TYPE = "heard";

    public Event toEvent() {
        return Event.of(TYPE, new JsonObject().put("run", run).put("text", text).toBuffer());
    }

    static Heard from(JsonObject json) {
        return new Heard(json.getString("run"), json.getString("text"));
    }

    /** The answer as far as it was heard. What is no answer, or does not begin like this, stays as it is. */
    Message of(Message said) {
        return said.role() == Role.USER || !said.text().startsWith(text)
                ? said
                : Message.answer(said.id(), text, said.run(), String.valueOf(said.status()), cited(said.citations()));
    }

    private JsonArray cited(JsonArray citations) {
        JsonArray kept = new JsonArray();
        for (Object each : citations) {
            if (!(each instanceof JsonObject citation) || citation.getInteger("end", 0) <= text.length()) {
                kept.add(each);
            }
        }
        return kept;
    }
}
