package dev.millrace.audio.session;

import dev.millrace.audio.speech.SpeechEngine;
import dev.millrace.audio.turn.Decision;
import dev.millrace.audio.turn.TurnOptions;
import dev.millrace.audio.vad.Vad;
import dev.millrace.audio.wire.ClientMessage;
import dev.millrace.audio.wire.ClientMessage.EchoGuarding;
import dev.millrace.audio.wire.ClientMessage.Hello;
import dev.millrace.audio.wire.ClientMessage.Playback;
import dev.millrace.audio.wire.ClientMessage.SessionUpdate;
import dev.millrace.audio.wire.CloseCode;
import dev.millrace.audio.wire.ServerMessage;
import dev.millrace.audio.wire.WrongMessage;
import dev.millrace.auth.Caller;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session that has begun: its settings, its record, what is heard in it, and what is said. On the session's loop.
 */
final class AudioSession implements Uplink.Ear {

    /** Silence is acknowledged when no turn can begin in it any more: the time to become sure, and the longest prefix. */
    private static final long UNDECIDED = 2L * Vad.RATE;

    /** Ends the session with words for people. */
    interface Ending {
        void end(CloseCode close, String code, String message);
    }

    private final Hello hello;
    private final SessionServices services;
    private final Outlet outlet;
    private final Ending ending;
    private final Owner owner;
    private final String session = "aud_" + OwnedId.randomText();
    private final long startedAt;
    private final SessionRecord record;
    private final Voice voice;
    private final Dialogue dialogue;
    private final Uplink uplink;
    private final Losses losses;
    private TurnOptions options;
    private boolean muted;
    private boolean closing;
    private long heardFrom;
    private long acknowledged;

    AudioSession(
            Hello hello, Caller caller, SessionServices services, Outlet outlet, Consumer<String> told, Ending ending) {
        this.hello = hello;
        this.services = services;
        this.outlet = outlet;
        this.ending = ending;
        this.owner = Owner.of(caller);
        String conversation = hello.conversation();
        if (conversation != null && !OwnedId.isSessionOf(owner, conversation)) {
            throw WrongMessage.unknownConversation();
        }
        this.options = hello.settings().turns() == null
                ? TurnOptions.DEFAULT
                : hello.settings().turns();
        this.startedAt = services.clock().getAsLong();
        this.heardFrom = startedAt;
        this.record = new SessionRecord(services.log(), session, told, this::lost);
        this.voice = new Voice(
                services.engines().tts(), hello.out(), hello.leadMs(), outlet, services.pace(), services.clock());
        this.dialogue = new Dialogue(
                owner,
                services.agents(),
                services.log(),
                services.engines().stt(),
                conversation,
                outlet,
                voice,
                services.clock());
        this.uplink = new Uplink(hello.in(), options, guarded(hello.settings().echoGuard()), this, heardFrom);
        this.losses = new Losses(outlet);
        record(created()).onSuccess(written -> tell(conversation));
    }

    /** The feed hears of it when the record has it. Who speaks in a conversation that was there joins it. */
    private void tell(@Nullable String conversation) {
        services.told().audioStarted(owner, session);
        if (conversation != null) {
            services.told().memberJoined(owner, conversation, session);
        }
    }

    private boolean guarded(@Nullable EchoGuarding wish) {
        return wish == null || wish == EchoGuarding.AUTO ? !hello.cancelsEcho() : wish == EchoGuarding.ON;
    }

    private ServerMessage created() {
        return ServerMessage.of("session.created")
                .with("session", session)
                .with("node", services.node())
                .with(
                        "audio",
                        new JsonObject()
                                .put("in", hello.in().toJson())
                                .put("out", hello.out().toJson().put("lead_ms", hello.leadMs())))
                .with("vad", vad())
                .with("barge_in", options.bargeIn().text())
                .with("stt", engine(services.engines().stt()))
                .with("tts", engine(services.engines().tts()))
                .with(
                        "limits",
                        new JsonObject()
                                .put("message_bytes", 64 << 10)
                                .put("idle_s", services.limits().idleMs() / 1000)
                                .put("sessions", services.limits().sessions()))
                .with("heartbeat_s", services.limits().heartbeatMs() / 1000);
    }

    private JsonObject vad() {
        return new JsonObject()
                .put("enabled", options.vad())
                .put("pause_frames", share(options.pause()))
                .put("confirm_frames", share(options.confirm()))
                .put("silence_ms", options.silenceMs())
                .put("prefix_ms", options.prefixMs())
                .put("max_turn_s", options.maxTurnSeconds());
    }

    private static JsonArray share(TurnOptions.Share share) {
        return new JsonArray().add(share.needed()).add(share.of());
    }

    private static @Nullable JsonObject engine(@Nullable SpeechEngine engine) {
        return engine == null
                ? null
                : new JsonObject().put("engine", engine.name()).put("demo", engine.demo());
    }

    TurnOptions options() {
        return options;
    }

    void audio(Buffer bytes) {
        long now = services.clock().getAsLong();
        heardFrom = now;
        if (!muted) {
            uplink.take(bytes, now);
        }
    }

    void take(ClientMessage message) {
        heardFrom = services.clock().getAsLong();
        if (message instanceof SessionUpdate update) {
            update(update);
        } else if (message instanceof ClientMessage.Commit) {
            uplink.commit();
        } else if (message instanceof ClientMessage.Clear) {
            uplink.clear();
            dialogue.clear();
        } else if (message instanceof ClientMessage.Mute mute) {
            muted = mute.muted();
        } else if (message instanceof Playback playback) {
            voice.report(playback.speech(), playback.playedMs(), playback.state() == Playback.State.PLAYING);
        } else if (message instanceof ClientMessage.SpeechCancel cancel) {
            if (voice.is(cancel.speech())) {
                voice.stop("client");
            }
        } else if (message instanceof ClientMessage.TurnCancel cancel) {
            dialogue.cancel(cancel.turn());
        } else if (message instanceof ClientMessage.TextInput input) {
            dialogue.typed(input.text());
        }
    }

    private void update(SessionUpdate update) {
        if (update.turns() != null) {
            options = update.turns();
            uplink.update(options);
        }
        if (update.echoGuard() != null) {
            uplink.guard(guarded(update.echoGuard()));
        }
        record(ServerMessage.of("session.updated")
                .with("vad", vad())
                .with("barge_in", options.bargeIn().text()));
    }

    @Override
    public void frame(short[] pcm) {
        if (!dialogue.write(pcm)) {
            long to = uplink.position() * 1000 / Vad.RATE;
            dropped(to - 20, to, "overrun");
        }
    }

    @Override
    public void decided(Decision decision) {
        if (decision instanceof Decision.Pause pause) {
            voice.pause(pause.at() * 1000 / Vad.RATE);
        } else if (decision instanceof Decision.Resume) {
            voice.resume();
        } else if (decision instanceof Decision.Stop) {
            dialogue.interrupt("barge_in");
        } else if (decision instanceof Decision.Began began) {
            dialogue.began(began, uplink.since(began.from()));
        } else if (decision instanceof Decision.Ended ended) {
            dialogue.ended(ended);
        }
    }

    @Override
    public void dropped(long fromMs, long toMs, String reason) {
        losses.add(fromMs, toMs, reason);
        if (losses.tooFastMs() > services.limits().overrunMs()) {
            ending.end(
                    CloseCode.OVERRUN, "overrun", "Audio comes faster than it can be spoken; send it at its own pace.");
        }
    }

    @Override
    public boolean speaking() {
        return voice.speaking();
    }

    @Override
    public float sent() {
        return voice.level();
    }

    Future<Void> record(ServerMessage message) {
        return record.write(message);
    }

    private void lost(Throwable cause) {
        if (!closing) {
            ending.end(
                    CloseCode.INTERNAL, "log_unavailable", "The session's record cannot go on: " + cause.getMessage());
        }
    }

    /** Once a second. */
    void beat(long nowMs) {
        losses.tell();
        acknowledge();
        if (nowMs - heardFrom > services.limits().idleMs() && !muted && !dialogue.busy()) {
            ending.end(CloseCode.IDLE, "idle", "Nothing came for too long; mute the microphone to stay.");
        }
    }

    private void acknowledge() {
        long settled = Math.min(dialogue.settled(uplink.position()), uplink.position() - UNDECIDED);
        if (settled > acknowledged) {
            acknowledged = settled;
            long upto = settled * hello.in().rate() / Vad.RATE;
            outlet.say(ServerMessage.of("audio.ack").with("upto", upto));
        }
    }

    /** The session is over; its record gets its last word. */
    void close(String why) {
        closing = true;
        dialogue.close();
        record.close();
        record(ServerMessage.of("done").with("reason", why)).onFailure(unsaid -> {});
        services.told().audioEnded(owner, session, why, services.clock().getAsLong() - startedAt);
    }
}
