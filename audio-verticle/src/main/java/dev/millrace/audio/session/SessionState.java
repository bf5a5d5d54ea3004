package dev.millrace.audio.session;

import dev.millrace.audio.vad.Vad;
import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a session's stream says of it, for whoever goes on with it. */
final class SessionState {

    /** How a new owner writes that the session is his, and with it what must be known when older events are gone. */
    static final String OWNER = "session.owner";

    /** The session lives, though nothing happens in it. */
    static final String ALIVE = "session.alive";

    private final TreeMap<Integer, PastTurn> turns = new TreeMap<>();
    private JsonObject settings = new JsonObject();
    private byte[] key = {};
    private long startedAt;
    private EventId head = EventId.BEGINNING;
    private boolean over;
    private long acknowledged;
    private @Nullable String conversation;
    private @Nullable PastAnswer answer;
    private int turnCount;
    private int answers;
    private int speeches;

    static SessionState of(List<Entry> entries) {
        SessionState state = new SessionState();
        entries.forEach(state::take);
        return state;
    }

    private void take(Entry entry) {
        head = entry.id();
        over |= entry.isLastWord();
        JsonObject json = new JsonObject(entry.data());
        switch (entry.type()) {
            case OWNER -> owner(json);
            case "session.updated" -> settings.mergeIn(json, true);
            case "audio.ack" -> acknowledged = json.getLong("upto") * Vad.RATE / rate();
            case "user.speech_started", "turn.committed", "transcript.final", "transcript.failed" ->
                turn(entry.type(), json);
            case "agent.started", "agent.done", "agent.cancelled" -> answer(entry.type(), json);
            case "speech.begin", "speech.mark", "speech.end", "speech.stop" -> speech(entry.type(), json);
            default -> {} // says nothing that is needed later
        }
    }

    private void owner(JsonObject json) {
        settings = json.getJsonObject("settings");
        key = Base64.getDecoder().decode(json.getString("key"));
        startedAt = json.getLong("started_at");
        conversation = json.getString("conversation");
        acknowledged = json.getLong("acknowledged");
        turnCount = json.getInteger("turns");
        answers = json.getInteger("answers");
        speeches = json.getInteger("speeches");
    }

    private void turn(String type, JsonObject json) {
        PastTurn turn = turns.computeIfAbsent(json.getInteger("turn"), PastTurn::new);
        turnCount = Math.max(turnCount, turn.number);
        turn.take(type, json);
    }

    private void answer(String type, JsonObject json) {
        int number = json.getInteger("response");
        PastAnswer last = answer;
        if (last == null || last.number != number) {
            last = new PastAnswer(number, json.getInteger("turn"));
            answer = last;
            answers = Math.max(answers, number);
        }
        if (type.equals("agent.started")) {
            conversation = json.getString("conversation");
        }
        last.take(type, json);
    }

    private void speech(String type, JsonObject json) {
        int number = json.getInteger("speech");
        speeches = Math.max(speeches, number);
        PastAnswer last = answer;
        if (last == null) {
            return;
        }
        last.take(type, json);
    }

    private int rate() {
        return settings.getJsonObject("audio").getJsonObject("in").getInteger("rate");
    }

    /** What the next owner writes. */
    JsonObject toOwner(String owner, String node) {
        return new JsonObject()
                .put("owner", owner)
                .put("node", node)
                .put("settings", settings)
                .put("key", Base64.getEncoder().encodeToString(key))
                .put("started_at", startedAt)
                .put("conversation", conversation)
                .put("acknowledged", acknowledged)
                .put("turns", turnCount)
                .put("answers", answers)
                .put("speeches", speeches);
    }

    /** A session that begins now. */
    static SessionState fresh(SessionSettings settings, byte[] key, long nowMillis) {
        SessionState state = new SessionState();
        state.settings = settings.toJson();
        state.conversation = settings.conversation();
        state.key = key;
        state.startedAt = nowMillis;
        return state;
    }

    /** Whether there is a session to go on with. */
    boolean isOpen() {
        return key.length > 0 && !over;
    }

    EventId head() {
        return head;
    }

    SessionSettings settings() {
        return SessionSettings.from(settings);
    }

    /** Signs what stands for the right to go on with this session. */
    byte[] key() {
        return key;
    }

    /** In milliseconds since the epoch. */
    long startedAt() {
        return startedAt;
    }

    /** The first sample at 16 kHz that the client still has. */
    long acknowledged() {
        return acknowledged;
    }

    @Nullable
    String conversation() {
        return conversation;
    }

    int turnCount() {
        return turnCount;
    }

    int answers() {
        return answers;
    }

    int speeches() {
        return speeches;
    }

    @Nullable
    PastAnswer answer() {
        return answer;
    }

    /** The turns whose sound is needed once more, oldest first. Only the last of them can be going on. */
    List<PastTurn> open() {
        return turns.values().stream().filter(PastTurn::isOpen).toList();
    }

    /** Before this sample nothing needs to be listened to again. */
    long known() {
        Collection<PastTurn> all = turns.values();
        return all.stream().mapToLong(PastTurn::known).max().orElse(0);
    }

    /** The last turn that has words, when it has no answer. */
    Optional<PastTurn> unanswered() {
        PastAnswer last = answer;
        return turns.descendingMap().values().stream()
                .filter(turn -> !turn.text.isBlank())
                .findFirst()
                .filter(turn -> last == null || last.turn < turn.number);
    }
}
