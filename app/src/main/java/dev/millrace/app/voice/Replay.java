package dev.millrace.app.voice;

import dev.millrace.audio.capture.Captured;
import dev.millrace.audio.capture.Captured.Direction;
import dev.millrace.audio.capture.Captured.Kind;
import dev.millrace.audio.capture.Captured.Passed;
import dev.millrace.audio.wire.FrameHeader;
import dev.millrace.launch.Misuse;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Says to a server what a captured client said, in the same order against what the server said: what came behind a
 * decision then is sent behind the same decision now. So whether the agent was speaking when somebody began to is the
 * same at any speed, and with it every decision. On the loop of its socket.
 */
public final class Replay implements AudioClient.Listener {

    /** What the client may have waited for, or what changes how its audio is taken. */
    private static final Set<String> GATES = Set.of(
            "session.created",
            "session.updated",
            "user.speech_started",
            "turn.committed",
            "transcript.final",
            "transcript.failed",
            "agent.done",
            "speech.begin",
            "speech.end",
            "speech.pause",
            "speech.resume",
            "speech.stop");

    /** What has not come by now does not come: a difference, and the rest is replayed all the same. */
    private static final long PATIENCE_MS = 8_000;

    /** After so many of them nothing is waited for any more. */
    private static final int PATIENT = 3;

    private final Vertx vertx;
    private final List<Passed> passed;
    private final boolean paced;
    private final Decisions recorded = new Decisions();
    private final Decisions replayed = new Decisions();
    private final Map<String, Integer> expected = new HashMap<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private final Promise<Void> over = Promise.promise();
    private @Nullable AudioClient client;
    private String awaited = "";
    private long timer = -1;
    private long begun;
    private int at;
    private int missed;
    private boolean busy;

    /** What came of it. @param differences empty when the decisions are the same */
    public record Outcome(int recorded, int replayed, List<String> differences) {}

    /**
     * @param captured with its audio, from the beginning of its session
     * @param paced whether it takes as long as it took, or as short as it can
     */
    public Replay(Vertx vertx, Captured captured, boolean paced) {
        this.vertx = vertx;
        this.passed = captured.passed();
        this.paced = paced;
        String redaction = captured.head().getString("redaction", "NONE");
        if (!redaction.equals("NONE")) {
            throw new Misuse("it was captured with --capture-redact " + redaction.toLowerCase(java.util.Locale.ROOT)
                    + ", and only what is whole can be replayed");
        }
    }

    /** Its first message, without what belongs to its own time and place. */
    private JsonObject hello() {
        Passed first = passed.isEmpty() ? null : passed.get(0);
        JsonObject hello = first != null && first.direction() == Direction.UP && first.kind() == Kind.TEXT
                ? new JsonObject(first.bytes())
                : new JsonObject();
        if (!"hello".equals(hello.getString("type")) || hello.containsKey("resume")) {
            throw new Misuse("it does not begin with the beginning of a session, so it cannot be replayed");
        }
        hello.remove("capture");
        hello.remove("conversation");
        return hello;
    }

    /** @param dial opens a session with a first message */
    public Future<Outcome> run(BiFunction<JsonObject, AudioClient.Listener, Future<AudioClient>> dial) {
        JsonObject hello = hello();
        at = 1;
        return dial.apply(hello, this).compose(open -> {
            client = open;
            begun = System.nanoTime() / 1_000;
            vertx.runOnContext(go -> next());
            return over.future().map(done -> {
                open.leave("replayed");
                return new Outcome(recorded.count(), replayed.count(), recorded.differences(replayed));
            });
        });
    }

    private void next() {
        if (busy || client == null) {
            return;
        }
        busy = true; // what is sent may be answered before the call returns
        while (at < passed.size() && step(passed.get(at))) {
            at++;
        }
        busy = false;
        if (at == passed.size()) {
            over.tryComplete();
        }
    }

    /** False when it is not its time; then it is come back to. */
    private boolean step(Passed record) {
        if (record.kind() == Kind.END) {
            return true;
        }
        return record.direction() == Direction.UP ? send(record) : gate(record);
    }

    private boolean send(Passed record) {
        long early = paced ? begun + record.micros() - System.nanoTime() / 1_000 : 0;
        if (early > 1_000) {
            vertx.setTimer(early / 1_000, due -> next());
            return false;
        }
        boolean text = record.kind() == Kind.TEXT;
        String type = text ? new JsonObject(record.bytes()).getString("type", "") : "";
        if (type.equals("bye")) {
            return true; // ours is said when everything has been compared
        }
        boolean[] room = {false};
        AudioClient open = java.util.Objects.requireNonNull(client);
        boolean[] now = {true};
        open.whenRoom(() -> {
            room[0] = now[0];
            if (!now[0]) {
                next();
            }
        });
        now[0] = false;
        if (room[0]) {
            open.forward(text, withoutCapture(type, record.bytes()));
        }
        return room[0];
    }

    private static Buffer withoutCapture(String type, Buffer message) {
        if (!type.equals("session.update")) {
            return message;
        }
        JsonObject update = new JsonObject(message);
        update.remove("capture");
        return update.toBuffer();
    }

    /** What the server said then is waited for now, if anything depends on it. */
    private boolean gate(Passed record) {
        if (record.kind() != Kind.TEXT) {
            return true;
        }
        JsonObject message = new JsonObject(record.bytes());
        String type = message.getString("type", "");
        if (awaited.isEmpty()) {
            recorded.take(message);
            expected.merge(type, 1, Integer::sum);
        }
        if (!GATES.contains(type) || missed >= PATIENT || has(type)) {
            vertx.cancelTimer(timer);
            awaited = "";
            return true;
        }
        if (awaited.isEmpty()) {
            awaited = type;
            timer = vertx.setTimer(PATIENCE_MS, late -> {
                missed++;
                seen.merge(type, 1, Integer::sum);
                next();
            });
        }
        return false;
    }

    private boolean has(String type) {
        return seen.getOrDefault(type, 0) >= expected.getOrDefault(type, 0);
    }

    @Override
    public void said(String text, JsonObject message) {
        replayed.take(message);
        String type = message.getString("type", "");
        seen.merge(type, 1, Integer::sum);
        if (type.equals(awaited)) {
            next();
        }
    }

    @Override
    public void frame(Buffer frame) {} // what is spoken is the engine's and no decision

    @Override
    public void heard(FrameHeader header, Buffer frame) {}

    @Override
    public void gone(int code, String reason) {
        over.tryFail("the server closed the session with " + code + " (" + reason + ")");
    }
}
