package dev.millrace.run;

import dev.millrace.event.Event;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * One run of a conversation: which question it answers, and behind what. Turns stand in the conversation's stream beside
 * its messages, because one question can be answered by several runs, and several questions can follow one answer.
 *
 * @param question the id of the message
 * @param after the run whose answer the question follows; null for a first question
 */
public record Turn(String run, String question, @Nullable String after) {

    static final String TYPE = "turn";

    /** The id of the answer's message. It follows from the run's, so it is known before there is an answer. */
    public static String answerId(String run) {
        return "msg_" + Digest.text("answer", run).substring(0, 16);
    }

    public String answer() {
        return answerId(run);
    }

    public Event toEvent() {
        JsonObject json = new JsonObject().put("run", run).put("question", question);
        return Event.of(TYPE, (after == null ? json : json.put("after", after)).toBuffer());
    }

    static Turn from(JsonObject json) {
        return new Turn(json.getString("run"), json.getString("question"), json.getString("after"));
    }
}
