package dev.millrace.audio.session;

import dev.millrace.audio.turn.TurnOptions;
import dev.millrace.audio.wire.AudioFormat;
import dev.millrace.audio.wire.ClientMessage.EchoGuarding;
import dev.millrace.audio.wire.ClientMessage.Hello;
import dev.millrace.audio.wire.ClientMessage.SessionUpdate;
import dev.millrace.audio.wire.ClientMessages;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What is in force in a session. As JSON it is a {@code hello} that asks for just that, so a node that takes the session
 * over reads it as it reads any client.
 */
final class SessionSettings {

    private final Hello hello;
    private TurnOptions turns;
    private boolean guarded;

    SessionSettings(Hello hello) {
        this.hello = hello;
        this.turns = hello.settings().turns() == null
                ? TurnOptions.DEFAULT
                : hello.settings().turns();
        this.guarded = guarded(hello.settings().echoGuard());
    }

    static SessionSettings from(JsonObject json) {
        return new SessionSettings((Hello) ClientMessages.decode(json, TurnOptions.DEFAULT));
    }

    void update(SessionUpdate update) {
        if (update.turns() != null) {
            turns = update.turns();
        }
        if (update.echoGuard() != null) {
            guarded = guarded(update.echoGuard());
        }
    }

    private boolean guarded(@Nullable EchoGuarding wish) {
        return wish == null || wish == EchoGuarding.AUTO ? !hello.cancelsEcho() : wish == EchoGuarding.ON;
    }

    TurnOptions turns() {
        return turns;
    }

    /** Whether the agent is kept from hearing itself. */
    boolean guarded() {
        return guarded;
    }

    AudioFormat in() {
        return hello.in();
    }

    AudioFormat out() {
        return hello.out();
    }

    int leadMs() {
        return hello.leadMs();
    }

    @Nullable
    String conversation() {
        return hello.conversation();
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("type", "hello")
                .put("audio", audio())
                .put("aec", hello.cancelsEcho() ? "browser" : "none")
                .put("stats_s", hello.statsSeconds())
                .mergeIn(changeable());
    }

    JsonObject audio() {
        return new JsonObject()
                .put("in", in().toJson())
                .put("out", out().toJson().put("lead_ms", leadMs()));
    }

    /** What {@code session.update} may change. */
    JsonObject changeable() {
        return new JsonObject()
                .put("vad", vad())
                .put("barge_in", turns.bargeIn().text())
                .put("echo_guard", guarded ? "on" : "off");
    }

    private JsonObject vad() {
        return new JsonObject()
                .put("enabled", turns.vad())
                .put("pause_frames", share(turns.pause()))
                .put("confirm_frames", share(turns.confirm()))
                .put("silence_ms", turns.silenceMs())
                .put("prefix_ms", turns.prefixMs())
                .put("max_turn_s", turns.maxTurnSeconds());
    }

    private static JsonArray share(TurnOptions.Share share) {
        return new JsonArray().add(share.needed()).add(share.of());
    }
}
