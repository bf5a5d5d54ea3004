package dev.millrace.run;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as its stream tells it. Who adds to it appends with the seq this was read at, so two who write at once
 * cannot both believe that no run was active.
 *
 * @param messages oldest first
 * @param openRuns the runs that have a question and no answer yet, oldest first; the first of them is active
 */
public record Conversation(List<Message> messages, List<String> openRuns) {

    private static final String MESSAGE = "message";

    /** Who said something. */
    public enum Role {
        USER,
        ASSISTANT;

        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * One message.
     *
     * @param run the run that answers it, or whose answer it is
     * @param status how the run ended; null for a question
     * @param citations of an answer; empty for a question
     */
    public record Message(
            String id,
            Role role,
            String text,
            String run,
            @Nullable String status,
            JsonArray citations) {

        public static Message question(String id, String text, String run) {
            return new Message(id, Role.USER, text, run, null, new JsonArray());
        }

        /** An answer, as far as it came. */
        public static Message answer(String id, String text, String run, String status, JsonArray citations) {
            return new Message(id, Role.ASSISTANT, text, run, status, citations);
        }

        /** As it stands in the stream, and in the answer to {@code GET /api/chat/sessions/{session}}. */
        public JsonObject toJson() {
            JsonObject json = new JsonObject()
                    .put("id", id)
                    .put("role", role.text())
                    .put("text", text)
                    .put("run", run);
            return status == null ? json : json.put("status", status).put("citations", citations);
        }

        public Event toEvent() {
            return Event.of(MESSAGE, toJson().toBuffer());
        }

        /** Reads what {@link #toJson} wrote. */
        public static Message from(JsonObject json) {
            return new Message(
                    json.getString("id"),
                    Role.valueOf(json.getString("role").toUpperCase(java.util.Locale.ROOT)),
                    json.getString("text"),
                    json.getString("run"),
                    json.getString("status"),
                    json.getJsonArray("citations", new JsonArray()));
        }
    }

    public static Conversation of(List<Entry> entries) {
        List<Message> messages = new ArrayList<>();
        Set<String> open = new LinkedHashSet<>();
        for (Entry entry : entries) {
            if (entry.type().equals(MESSAGE)) {
                Message message = Message.from(new JsonObject(entry.data()));
                messages.add(message);
                if (message.role() == Role.USER) {
                    open.add(message.run());
                } else {
                    open.remove(message.run());
                }
            }
        }
        return new Conversation(List.copyOf(messages), List.copyOf(open));
    }

    public Optional<String> activeRun() {
        return openRuns.stream().findFirst();
    }

    /** Every run of the conversation, over or not. */
    public Set<String> runs() {
        Set<String> runs = new LinkedHashSet<>();
        messages.forEach(message -> runs.add(message.run()));
        return runs;
    }
}
