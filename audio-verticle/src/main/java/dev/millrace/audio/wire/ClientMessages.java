package dev.millrace.audio.wire;

import dev.millrace.audio.turn.TurnOptions;
import dev.millrace.audio.turn.TurnOptions.Share;
import dev.millrace.audio.wire.ClientMessage.EchoGuarding;
import dev.millrace.audio.wire.ClientMessage.Playback;
import dev.millrace.audio.wire.ClientMessage.SessionUpdate;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads what a client says. */
public final class ClientMessages {

    private static final int LONGEST_TEXT = 16_000;
    static final int LONGEST_NAME = 200;
    static final long DAY_MS = 86_400_000;

    /** What there is, by its type. The turn options are those in force, for a message that changes some of them. */
    private static final Map<String, BiFunction<Fields, TurnOptions, ClientMessage>> BY_TYPE = Map.ofEntries(
            Map.entry("hello", (fields, now) -> Greeting.read(fields)),
            Map.entry("session.update", ClientMessages::update),
            Map.entry("audio.commit", (fields, now) -> new ClientMessage.Commit()),
            Map.entry("audio.clear", (fields, now) -> new ClientMessage.Clear()),
            Map.entry("audio.mute", (fields, now) -> mute(fields)),
            Map.entry("playback", (fields, now) -> playback(fields)),
            Map.entry("speech.cancel", (fields, now) -> new ClientMessage.SpeechCancel(ordinal(fields, "speech"))),
            Map.entry("turn.cancel", (fields, now) -> new ClientMessage.TurnCancel(ordinal(fields, "turn"))),
            Map.entry("text.input", (fields, now) -> textInput(fields)),
            Map.entry("ping", (fields, now) -> new ClientMessage.Ping(fields.number("t", 0, Long.MAX_VALUE, 0))),
            Map.entry("pong", (fields, now) -> new ClientMessage.Pong(fields.number("t", 0, Long.MAX_VALUE, 0))),
            Map.entry("bye", (fields, now) -> new ClientMessage.Bye(bye(fields))));

    private ClientMessages() {}

    /** @throws WrongMessage when it is no JSON object */
    public static JsonObject parse(String text) {
        try {
            return new JsonObject(text);
        } catch (DecodeException | ClassCastException e) {
            throw WrongMessage.closing(CloseCode.NOT_JSON, "not_json", "A text message is one JSON object.");
        }
    }

    /** What the answer to a message refers to; null when the message does not ask for one. */
    public static @Nullable String reference(JsonObject json) {
        return json.getValue("id") instanceof String id && id.length() <= LONGEST_NAME ? id : null;
    }

    /**
     * @param now the options in force
     * @throws WrongMessage naming the field and its value
     */
    public static ClientMessage decode(JsonObject json, TurnOptions now) {
        Object type = json.getValue("type");
        BiFunction<Fields, TurnOptions, ClientMessage> decoder = type instanceof String name ? BY_TYPE.get(name) : null;
        Fields fields = new Fields(json);
        if (decoder == null) {
            throw type == null ? fields.missing("type") : fields.wrong("type", "a type of audio.v1", type);
        }
        ClientMessage message = decoder.apply(fields, now);
        fields.end();
        return message;
    }

    private static ClientMessage update(Fields fields, TurnOptions now) {
        return settings(fields, now);
    }

    /** @param now what stays as it is where nothing is said */
    static SessionUpdate settings(Fields fields, TurnOptions now) {
        Fields vad = fields.object("vad");
        boolean guarded = fields.has("echo_guard");
        TurnOptions turns = new TurnOptions(
                vad.flag("enabled", now.vad()),
                share(vad, "pause_frames", now.pause()),
                share(vad, "confirm_frames", now.confirm()),
                (int) vad.number("silence_ms", 200, 5_000, now.silenceMs()),
                (int) vad.number("prefix_ms", 0, 1_000, now.prefixMs()),
                (int) vad.number("max_turn_s", 1, 300, now.maxTurnSeconds()),
                fields.choice("barge_in", now.bargeIn()));
        vad.end();
        fields.object("stt").end();
        fields.object("tts").end();
        Boolean capture = fields.has("capture") ? (Boolean) fields.flag("capture", false) : null;
        return new SessionUpdate(turns, guarded ? fields.choice("echo_guard", EchoGuarding.AUTO) : null, capture);
    }

    private static Share share(Fields fields, String name, Share now) {
        int[] pair = fields.pair(name, 50);
        return pair == null ? now : new Share(pair[0], pair[1]);
    }

    private static ClientMessage mute(Fields fields) {
        if (!fields.has("muted")) {
            throw fields.missing("muted");
        }
        return new ClientMessage.Mute(fields.flag("muted", false));
    }

    private static ClientMessage playback(Fields fields) {
        if (!fields.has("speech")) {
            throw fields.missing("speech");
        }
        // How much was played is clamped and never an error: it is a guess of a player.
        return new Playback(
                (int) fields.number("speech", 1, 65_535, 1),
                fields.number("played_ms", 0, DAY_MS, 0),
                fields.number("buffered_ms", 0, DAY_MS, 0),
                fields.choice("state", Playback.State.PLAYING));
    }

    private static @Nullable Integer ordinal(Fields fields, String name) {
        return fields.has(name) ? (Integer) (int) fields.number(name, 1, Integer.MAX_VALUE, 1) : null;
    }

    private static ClientMessage textInput(Fields fields) {
        String text = fields.text("text", LONGEST_TEXT);
        if (text == null || text.isBlank()) {
            throw fields.missing("text");
        }
        return new ClientMessage.TextInput(text);
    }

    private static String bye(Fields fields) {
        String reason = fields.text("reason", LONGEST_NAME);
        return reason == null ? "" : reason;
    }
}
