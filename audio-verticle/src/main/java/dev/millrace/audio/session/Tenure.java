package dev.millrace.audio.session;

import dev.millrace.audio.session.Takeover.Taken;
import dev.millrace.audio.vad.Vad;
import dev.millrace.audio.wire.ClientMessage.Hello;
import dev.millrace.audio.wire.ServerMessage;
import dev.millrace.audio.wire.WrongMessage;
import dev.millrace.auth.Caller;
import dev.millrace.event.EventId;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The time in which this node owns a session: from its beginning or a takeover, until it ends or goes on elsewhere. On the
 * session's loop.
 */
final class Tenure {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int KEY_BYTES = 32;

    private final SessionServices services;
    private final Identity identity;
    private final SessionState state;
    private final SessionRecord record;
    private long wroteAt;

    private Tenure(SessionServices services, Identity identity, SessionState state, SessionRecord record) {
        this.services = services;
        this.identity = identity;
        this.state = state;
        this.record = record;
        this.wroteAt = services.clock().getAsLong();
    }

    /** Begins a session. */
    static Tenure begin(SessionServices services, Caller caller, Hello hello) {
        String conversation = hello.conversation();
        if (conversation != null && !OwnedId.isSessionOf(Owner.of(caller), conversation)) {
            throw WrongMessage.unknownConversation();
        }
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        SessionState fresh = SessionState.fresh(new SessionSettings(hello), key, System.currentTimeMillis());
        Identity identity = new Identity("aud_" + OwnedId.randomText(), caller);
        String owner = OwnedId.randomText();
        SessionRecord record = new SessionRecord(services.log(), identity.session(), owner, 0, EventId.BEGINNING);
        Tenure tenure = new Tenure(services, identity, fresh, record);
        JsonObject begun = fresh.toOwner(owner, services.node()).put("type", SessionState.OWNER);
        tenure.write(new ServerMessage(begun)).onFailure(lost -> {}); // the record's reader is told
        return tenure;
    }

    /** Goes on with one that was taken over. */
    static Tenure of(SessionServices services, Caller caller, Taken taken) {
        String session = taken.asked().session();
        return new Tenure(
                services,
                new Identity(session, caller),
                taken.state(),
                new SessionRecord(services.log(), session, taken.owner(), taken.seq(), taken.after()));
    }

    Identity identity() {
        return identity;
    }

    SessionState state() {
        return state;
    }

    void open(SessionRecord.Reader reader) {
        record.open(reader);
    }

    Future<Void> write(ServerMessage message) {
        wroteAt = services.clock().getAsLong();
        return record.write(message);
    }

    /** Once a second: who finds the session later must see that it lived. */
    void beat(long nowMs) {
        if (nowMs - wroteAt > services.limits().resumeMs() / 2) {
            write(ServerMessage.of(SessionState.ALIVE)).onFailure(lost -> {});
        }
    }

    /** What the client shows to come back. */
    String token() {
        return Takeover.token(state, identity.session(), identity.caller());
    }

    /** The answer to who resumes. */
    ServerMessage resumed(Taken taken, @Nullable SpeechPlace place) {
        PastAnswer answer = state.answer();
        int rate = state.settings().in().rate();
        return ServerMessage.of("session.resumed")
                .with("session", identity.session())
                .with("node", services.node())
                .with("resume_token", token())
                .with("up_sample", state.acknowledged() * rate / Vad.RATE)
                .with("replay_count", taken.replayed())
                .with("lost", new JsonObject().put("events", taken.lost()).put("audio_ms", 0))
                .with(
                        "speech",
                        place == null || answer == null
                                ? null
                                : new JsonObject().put("id", answer.speech).put("from_ms", place.atMs()));
    }

    /** The session is over. */
    void finish(String why) {
        record.finish(why)
                .onSuccess(told -> services.told()
                        .audioEnded(
                                identity.owner(),
                                identity.session(),
                                why,
                                System.currentTimeMillis() - state.startedAt()))
                .onFailure(elsewhere -> {}); // somebody else has it, and says how it ends
    }

    /** Its client is gone, and may come back to any node; when it does not, the session is over. */
    void leave() {
        record.detach();
        long until = services.clock().getAsLong() + services.limits().resumeMs();
        services.pulse().add(new Runnable() {
            @Override
            public void run() {
                if (services.clock().getAsLong() >= until) {
                    services.pulse().remove(this);
                    finish("gone");
                }
            }
        });
    }
}
