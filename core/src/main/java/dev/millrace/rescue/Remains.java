package dev.millrace.rescue;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.event.RunEvent;
import dev.millrace.event.RunEvent.Citation;
import dev.millrace.event.RunEvent.Done;
import dev.millrace.event.RunEvent.Outcome;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Token;
import dev.millrace.run.Conversation.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run's stream has of it.
 *
 * @param message the id of the answer
 * @param metadata what the client gave with its question
 * @param outcome how it ended; null while it has no last word
 */
record Remains(
        String session,
        String message,
        JsonObject metadata,
        String text,
        JsonArray citations,
        @Nullable Outcome outcome,
        long startedMillis,
        EventId head) {

    /** @param entries of one run, at least one */
    static Remains of(List<Entry> entries) {
        StringBuilder text = new StringBuilder();
        JsonArray citations = new JsonArray();
        String session = "";
        String message = "";
        JsonObject metadata = new JsonObject();
        Outcome outcome = null;
        for (Entry entry : entries) {
            RunEvent event = RunEvent.of(entry).orElse(null);
            if (event instanceof Token token && token.isAnswer()) {
                text.append(token.text());
            } else if (event instanceof Citation citation) {
                citations.add(citation.toJson());
            } else if (event instanceof Done done) {
                outcome = done.status();
            } else if (event instanceof Status status && status.details().containsKey("session")) {
                session = status.details().getString("session");
                message = status.details().getString("message");
                metadata = status.details().getJsonObject("metadata", metadata);
            }
        }
        Entry last = entries.get(entries.size() - 1);
        return new Remains(
                session,
                message,
                metadata,
                text.toString(),
                citations,
                outcome,
                entries.get(0).id().millis(),
                last.id());
    }

    /** The last word of a run that its agent did not end. */
    Done lastWord(long now) {
        JsonObject usage = new JsonObject().put("input_tokens", 0).put("output_tokens", text.length() / 4);
        return Done.of(Outcome.FAILED, "error", now - startedMillis, null, usage.put("estimated", true), text);
    }

    /** The answer as it belongs into the conversation. */
    Message answer(String run) {
        Outcome how = outcome == null ? Outcome.FAILED : outcome;
        return Message.answer(message, text, run, how.text(), citations);
    }
}
