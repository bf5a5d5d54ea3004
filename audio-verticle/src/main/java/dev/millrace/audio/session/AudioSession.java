package dev.millrace.audio.session;

import dev.millrace.audio.turn.Decision;
import dev.millrace.audio.vad.Vad;
import dev.millrace.audio.wire.ClientMessage;
import dev.millrace.audio.wire.ClientMessage.Playback;
import dev.millrace.audio.wire.ClientMessage.SessionUpdate;
import dev.millrace.audio.wire.ServerMessage;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A session as this node owns it: what is heard in it, and what is said. It is made anew by each owner, from what the
 * record says. On the session's loop.
 */
final class AudioSession implements Uplink.Ear {

    /** While audio comes again, it waits for an engine that is so far behind; later it is dropped, milliseconds. */
    private static final int BEHIND_MS = 3_000;

    private final SessionServices services;
    private final SessionSettings settings;
    private final Outlet outlet;
    private final Voice voice;
    private final Dialogue dialogue;
    private final Listening listening;
    private final Uplink uplink;
    private final Losses losses;
    private final Acknowledgement acknowledgement;
    private final long caughtUp;
    private boolean muted;
    private long heardFrom;

    AudioSession(SessionServices services, Identity identity, SessionState state, Outlet outlet) {
        this.services = services;
        this.settings = state.settings();
        this.outlet = outlet;
        this.heardFrom = services.clock().getAsLong();
        this.voice = new Voice(services.engines().tts(), settings, outlet, services.pace(), services.clock());
        this.dialogue =
                new Dialogue(services, identity.owner(), identity.session(), state.conversation(), outlet, voice);
        this.listening = new Listening(services.engines().stt(), outlet, dialogue::ask, services.clock());
        long lagMs = System.currentTimeMillis() - state.startedAt() - state.acknowledged() * 1000 / Vad.RATE;
        this.uplink = new Uplink(settings, state, lagMs, this, heardFrom);
        this.caughtUp = state.acknowledged() + lagMs * Vad.RATE / 1000;
        this.losses = new Losses(outlet, services.limits().overrunMs());
        this.acknowledgement =
                new Acknowledgement(state.acknowledged(), settings.in().rate(), outlet);
    }

    SessionSettings settings() {
        return settings;
    }

    /** The engines are there, or will not be: from now on they are late when they are late. On any thread. */
    void warm() {
        voice.warm();
    }

    /** Goes on where the last owner was. */
    void restore(SessionState state, String written, @Nullable SpeechPlace place) {
        voice.restore(state.speeches());
        listening.restore(state);
        dialogue.restore(state, written, place);
    }

    /** Takes audio, or takes none of it because it comes too early. */
    boolean audio(Buffer bytes) {
        long now = services.clock().getAsLong();
        heardFrom = now;
        boolean early = uplink.position() < caughtUp && listening.queuedMs() > BEHIND_MS;
        return muted || (!early && uplink.take(bytes, now));
    }

    void take(ClientMessage message) {
        heardFrom = services.clock().getAsLong();
        if (message instanceof SessionUpdate update) {
            update(update);
        } else if (message instanceof ClientMessage.Commit) {
            uplink.commit();
        } else if (message instanceof ClientMessage.Clear) {
            uplink.clear();
            listening.clear();
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
            listening.typed(input.text());
        }
    }

    private void update(SessionUpdate update) {
        settings.update(update);
        uplink.update(settings);
        ServerMessage updated = ServerMessage.of("session.updated");
        settings.changeable().forEach(field -> updated.with(field.getKey(), field.getValue()));
        outlet.record(updated);
    }

    @Override
    public void frame(short[] pcm, long start, boolean voiced) {
        if (!listening.take(pcm, start, voiced)) {
            long from = start * 1000 / Vad.RATE;
            dropped(from, from + 20, "overrun");
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
            dialogue.interrupt("superseded");
            listening.began(began, uplink.since(began.from()));
        } else if (decision instanceof Decision.Ended ended) {
            listening.ended(ended);
        }
    }

    @Override
    public void dropped(long fromMs, long toMs, String reason) {
        losses.add(fromMs, toMs, reason);
    }

    @Override
    public boolean speaking() {
        return voice.speaking();
    }

    @Override
    public float sent() {
        return voice.level();
    }

    /** Once a second. */
    void beat() {
        losses.tell();
        acknowledgement.settled(listening.settled(uplink.position()), uplink.position(), listening.settledOne());
    }

    /** How long nothing came from the client or for it, milliseconds. */
    long idleMs(long nowMs) {
        return muted || listening.busy() || dialogue.busy() ? 0 : nowMs - heardFrom;
    }

    /** Whether more audio was lost than a session may lose. */
    boolean overrun() {
        return losses.tooMany();
    }

    /** Whether nobody speaks or waits for an answer. */
    boolean quiet() {
        return !listening.busy() && !dialogue.busy();
    }

    /** The session is over. */
    void close() {
        listening.close();
        dialogue.close();
    }

    /** The session goes on elsewhere, or later. */
    void leave() {
        listening.close();
        dialogue.leave();
    }
}
