package dev.millrace.audio.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.speech.SpeechEngines;
import dev.millrace.log.MemoryLog;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every message of a client, with every field wrong in every way: each is answered, nothing breaks, and nothing is left. */
@ExtendWith(VertxExtension.class)
class WrongMessagesTest {

    /** Close codes for what cannot go on. */
    private static final Set<Integer> CLOSES = Set.of(1003, 1007, 4400, 4403, 4404, 4415);

    /** One value of each kind of JSON. */
    private static final Map<String, Object> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("text", "nonsense");
        KINDS.put("number", 7);
        KINDS.put("fraction", 1.5);
        KINDS.put("flag", true);
        KINDS.put("object", new JsonObject().put("unheard", "of"));
        KINDS.put("array", new JsonArray().add(1));
    }

    /**
     * A field.
     *
     * @param wrong values of the right kind that are out of range
     */
    private record Field(String path, String kind, boolean required, Object... wrong) {}

    private static Field text(String path, int longest, Object... wrong) {
        return new Field(path, "text", false, and(wrong, "x".repeat(longest + 1)));
    }

    private static Field number(String path, long least, long most) {
        return new Field(path, "number", false, least - 1, most + 1);
    }

    private static Field choice(String path) {
        return new Field(path, "text", false, "nonsense", "");
    }

    private static Field needed(Field field) {
        return new Field(field.path(), field.kind(), true, field.wrong());
    }

    private static Object[] and(Object[] some, Object more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray();
    }

    private static List<Field> settings() {
        return List.of(
                new Field("vad", "object", false),
                new Field("vad.enabled", "flag", false),
                new Field("vad.pause_frames", "array", false, pair(4, 3), pair(0, 3), pair(1, 51), pair("a", 3)),
                new Field("vad.confirm_frames", "array", false, pair(11, 10), pair(1, 0)),
                number("vad.silence_ms", 200, 5_000),
                number("vad.prefix_ms", 0, 1_000),
                number("vad.max_turn_s", 1, 300),
                choice("barge_in"),
                choice("echo_guard"),
                new Field("stt", "object", false),
                new Field("tts", "object", false));
    }

    private static JsonArray pair(Object needed, int of) {
        return new JsonArray().add(needed).add(of);
    }

    private static Map<String, List<Field>> messages() {
        List<Field> hello = new ArrayList<>(settings());
        hello.addAll(List.of(
                new Field("v", "number", false, 0, 2, -1),
                text("agent", 200),
                new Field("audio", "object", false),
                new Field("audio.in", "object", false),
                new Field("audio.out", "object", false),
                number("audio.out.lead_ms", 60, 1_000),
                choice("aec"),
                new Field("capture", "flag", false),
                number("stats_s", 0, 60),
                text("conversation", 200, "ses_0123"),
                new Field("resume", "object", false),
                needed(text("resume.session", 200, "", "aud_0123456789abcdef")),
                needed(text("resume.token", 4_096, "", "a.b")),
                text("resume.last_event_id", 200),
                new Field("resume.played", "object", false),
                number("resume.played.speech", 1, 65_535),
                number("resume.played.ms", 0, 86_400_000)));
        for (String way : List.of("audio.in", "audio.out")) {
            hello.add(new Field(way + ".encoding", "text", false, "opus", "", "PCM_S16LE"));
            hello.add(new Field(way + ".rate", "number", false, 0, -8_000, 44_100, Long.MAX_VALUE));
            hello.add(number(way + ".frame_ms", 10, 100));
            hello.add(choice(way + ".framing"));
        }
        Map<String, List<Field>> all = new LinkedHashMap<>();
        all.put("hello", hello);
        all.put("session.update", settings());
        all.put("audio.commit", List.of());
        all.put("audio.clear", List.of());
        all.put("audio.mute", List.of(new Field("muted", "flag", true)));
        all.put(
                "playback",
                List.of(
                        needed(number("speech", 1, 65_535)),
                        number("played_ms", 0, 86_400_000),
                        number("buffered_ms", 0, 86_400_000),
                        choice("state")));
        all.put("speech.cancel", List.of(number("speech", 1, Integer.MAX_VALUE)));
        all.put("turn.cancel", List.of(number("turn", 1, Integer.MAX_VALUE)));
        all.put("text.input", List.of(needed(text("text", 16_000, "", "  "))));
        all.put("ping", List.of(new Field("t", "number", false, -1)));
        all.put("pong", List.of(new Field("t", "number", false, -1)));
        all.put("bye", List.of(text("reason", 200)));
        return all;
    }

    /** Everything that is wrong with one message, each wrong in one place. */
    private static List<JsonObject> wrong(String type, List<Field> fields) {
        List<JsonObject> wrong = new ArrayList<>();
        wrong.add(right(type, fields).put("unheard", "of"));
        for (Field field : fields) {
            KINDS.forEach((kind, value) -> {
                boolean objectOfTheUnknown =
                        kind.equals("object") && field.kind().equals("object");
                if (!kind.equals(field.kind()) || objectOfTheUnknown) {
                    wrong.add(with(right(type, fields), field.path(), value));
                }
            });
            for (Object value : field.wrong()) {
                wrong.add(with(right(type, fields), field.path(), value));
            }
            if (field.required()) {
                wrong.add(with(right(type, fields), field.path(), null));
            }
        }
        return wrong;
    }

    /** With what the message must have, or its object must; a session to resume that is not there is wrong by itself. */
    private static JsonObject right(String type, List<Field> fields) {
        JsonObject message = new JsonObject().put("type", type).put("id", "x");
        for (Field field : fields) {
            if (field.required() && !field.path().startsWith("resume")) {
                message.put(field.path(), field.kind().equals("text") ? "so" : KINDS.get(field.kind()));
            }
        }
        return message;
    }

    private static JsonObject with(JsonObject message, String path, @Nullable Object value) {
        JsonObject at = message;
        String[] names = path.split("[.]");
        for (int i = 0; i < names.length - 1; i++) {
            if (names[i].equals("resume")) {
                at.put(
                        "resume",
                        new JsonObject().put("session", "aud_0123456789abcdef").put("token", "a.b"));
            } else if (!at.containsKey(names[i])) {
                at.put(names[i], new JsonObject());
            }
            at = at.getJsonObject(names[i]);
        }
        at.remove(names[names.length - 1]);
        if (value != null) {
            at.put(names[names.length - 1], value);
        }
        return message;
    }

    @Test
    void each_wrong_message_is_answered_and_nothing_is_left_of_it(Vertx vertx) throws Exception {
        MemoryLog log = House.log(vertx);
        ScriptedAgent agent = new ScriptedAgent(log, "Yes.", true);
        SpeechEngines engines = new SpeechEngines(new ScriptedEars(), new ScriptedVoice(""));
        House house = House.open(vertx, log, agent, engines, House.LIMITS.resume(10));
        List<String> unanswered = new ArrayList<>();
        int sent = 0;
        for (Map.Entry<String, List<Field>> message : messages().entrySet()) {
            VoiceClient client = null;
            for (JsonObject wrong : wrong(message.getKey(), message.getValue())) {
                if (client == null) {
                    client = begin(vertx, house, message.getKey());
                }
                sent++;
                if (!answered(client, wrong, unanswered)) {
                    client.close();
                    client = null;
                }
            }
            if (client != null) {
                client.say("{'type':'bye'}");
                client.awaitClose();
                client.close();
            }
        }
        assertEquals(List.of(), unanswered);
        assertTrue(sent > 300, () -> "the table is whole");
        assertEquals(List.of(), agent.asked);
        awaitQuiet(house, log);
    }

    private static VoiceClient begin(Vertx vertx, House house, String type) throws Exception {
        VoiceClient client = new VoiceClient(vertx, house.port);
        if (!type.equals("hello")) {
            client.say("{'type':'hello'}").await("session.created");
        }
        return client;
    }

    /** Whether the socket is there after it. */
    private static boolean answered(VoiceClient client, JsonObject wrong, List<String> unanswered) throws Exception {
        client.say(wrong.encode());
        client.say("{'type':'ping','t':1}");
        JsonObject error = client.awaitAny("error", "pong", "ack");
        if (!error.getString("type").equals("error") || error.getString("code").equals("internal")) {
            unanswered.add(wrong.encode() + " got " + error.encode());
            return false;
        }
        if (error.getBoolean("fatal")) {
            int close = client.awaitClose();
            if (!CLOSES.contains(close)) {
                unanswered.add(wrong.encode() + " was closed with " + close);
            }
            return false;
        }
        assertEquals("x", error.getString("ref"), error::encode);
        client.await("pong");
        return true;
    }

    /** No socket, no session, no timer and no reader. */
    private static void awaitQuiet(House house, MemoryLog log) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (house.sessions.open() + house.sessions.beats() + log.tails() + log.windows() > 0) {
            assertTrue(
                    System.nanoTime() < end,
                    () -> house.sessions.open() + " sockets, " + house.sessions.beats() + " beats, " + log.tails()
                            + " tails, " + log.windows() + " windows");
            LockSupport.parkNanos(1_000_000);
        }
    }
}
