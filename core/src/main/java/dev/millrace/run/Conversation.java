package dev.millrace.run;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as its stream tells it. Who adds to it appends with the seq this was read at, so two who write at once
 * cannot both believe that no run was active.
 *
 * @param messages of all branches, oldest first
 * @param summaries of all that was said in a branch up to a run, by that run
 * @param openRuns the runs that have a question and no answer yet, oldest first; the first of them is active
 */
public record Conversation(
        List<Message> messages, Branches branches, Map<String, String> summaries, List<String> openRuns) {

    private static final String MESSAGE = "message";
    private static final String SUMMARY = "summary";

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
     * @param run the run that answers it first, or whose answer it is
     * @param status how the run ended; null for a question
     * @param citations of an answer; empty for a question
     * @param clientId what the client calls it; null when it has no name of its own for it
     */
    public record Message(
            String id,
            Role role,
            String text,
            String run,
            @Nullable String status,
            JsonArray citations,
            @Nullable String clientId) {

        private static final String CLIENT_ID = "client_message_id";

        public static Message question(String id, String text, String run) {
            return question(id, text, run, null);
        }

        public static Message question(String id, String text, String run, @Nullable String clientId) {
            return new Message(id, Role.USER, text, run, null, new JsonArray(), clientId);
        }

        /** An answer, as far as it came. */
        public static Message answer(String id, String text, String run, String status, JsonArray citations) {
            return new Message(id, Role.ASSISTANT, text, run, status, citations, null);
        }

        boolean isCalled(String name) {
            return name.equals(id) || name.equals(clientId);
        }

        /** As it stands in the stream, and in the answer to {@code GET /api/chat/sessions/{session}}. */
        public JsonObject toJson() {
            JsonObject json = new JsonObject()
                    .put("id", id)
                    .put("role", role.text())
                    .put("text", text)
                    .put("run", run);
            if (clientId != null) {
                json.put(CLIENT_ID, clientId);
            }
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
                    json.getJsonArray("citations", new JsonArray()),
                    json.getString(CLIENT_ID));
        }
    }

    /** What a model made of all that was said in a branch up to a run, that run included. */
    public static Event summary(String run, String text) {
        return Event.of(
                SUMMARY, new JsonObject().put("run", run).put("text", text).toBuffer());
    }

    public static Conversation of(List<Entry> entries) {
        List<Message> messages = new ArrayList<>();
        Branches branches = new Branches();
        Map<String, Heard> heard = new HashMap<>();
        Map<String, String> summaries = new HashMap<>();
        Set<String> open = new LinkedHashSet<>();
        for (Entry entry : entries) {
            switch (entry.type()) {
                case MESSAGE -> {
                    Message message = Message.from(new JsonObject(entry.data()));
                    messages.add(message);
                    place(message, branches, open);
                }
                case Turn.TYPE -> {
                    Turn turn = Turn.from(new JsonObject(entry.data()));
                    branches.add(turn);
                    open.add(turn.run());
                }
                case Branches.CHOSEN -> branches.choose(new JsonObject(entry.data()).getString("run"));
                case Heard.TYPE -> {
                    Heard cut = Heard.from(new JsonObject(entry.data()));
                    heard.put(cut.run(), cut);
                }
                case SUMMARY -> {
                    JsonObject json = new JsonObject(entry.data());
                    summaries.put(json.getString("run"), json.getString("text"));
                }
                default -> {} // no part of what was said
            }
        }
        messages.replaceAll(message -> {
            Heard cut = heard.get(message.run());
            return cut == null ? message : cut.of(message);
        });
        return new Conversation(List.copyOf(messages), branches, Map.copyOf(summaries), List.copyOf(open));
    }

    /** A question whose turn is no longer kept goes on with what was said before it. */
    private static void place(Message message, Branches branches, Set<String> open) {
        if (message.role() == Role.ASSISTANT) {
            open.remove(message.run());
            return;
        }
        open.add(message.run());
        if (branches.of(message.run()) == null) {
            branches.add(new Turn(message.run(), message.id(), branches.leaf()));
        }
    }

    public Optional<String> activeRun() {
        return openRuns.stream().findFirst();
    }

    /** The run that was begun last, over or not; empty in an empty conversation. */
    public Optional<String> newestRun() {
        List<Turn> turns = branches.all();
        return turns.isEmpty()
                ? Optional.empty()
                : Optional.of(turns.get(turns.size() - 1).run());
    }

    /** Every run of the conversation, over or not. */
    public Set<String> runs() {
        Set<String> runs = new LinkedHashSet<>();
        branches.all().forEach(turn -> runs.add(turn.run()));
        messages.forEach(message -> runs.add(message.run()));
        return runs;
    }

    /** What belongs to a turn, as it is read: the question, what steered the run, and the answer if it is there. */
    public List<Message> said(Turn turn) {
        List<Message> said = new ArrayList<>();
        message(turn.question()).ifPresent(said::add);
        for (Role role : Role.values()) {
            messages.stream()
                    .filter(message -> message.run().equals(turn.run()) && message.role() == role)
                    .filter(message -> !message.id().equals(turn.question()))
                    .forEach(said::add);
        }
        return said;
    }

    public Optional<Message> message(String id) {
        return messages.stream().filter(message -> message.id().equals(id)).findFirst();
    }

    /**
     * The message that a client calls so: by our id, or by its own, which it may have used more than once. Then the one of
     * the active branch is meant, or else the newest.
     */
    public Optional<Message> called(String name) {
        List<Message> all =
                messages.stream().filter(each -> each.isCalled(name)).toList();
        Set<String> active = new HashSet<>();
        branches.to(branches.leaf()).forEach(turn -> active.add(turn.run()));
        Comparator<Message> better = Comparator.comparing(
                        (Message each) -> each.id().equals(name))
                .thenComparing(each -> active.contains(each.run()))
                .thenComparing(all::indexOf);
        return all.stream().max(better);
    }

    /** The run that a client means by the id of one of its messages; its answer need not be there yet. */
    public Optional<String> runOf(String name) {
        return branches.all().stream()
                .filter(turn -> turn.answer().equals(name))
                .findFirst()
                .map(Turn::run)
                .or(() -> called(name).map(Message::run));
    }

    /** The run that ends the newest branch with a message of that name, a question's or an answer's. */
    public Optional<String> branchOf(String name) {
        return runOf(name).map(run -> {
            Turn turn = Objects.requireNonNull(branches.of(run));
            boolean question = called(name)
                    .filter(message -> message.id().equals(turn.question()))
                    .isPresent();
            return branches.newestUnder(
                    question
                            ? each -> each.question().equals(turn.question())
                            : each -> each.run().equals(run));
        });
    }
}
