package dev.millrace.audio.session;

import dev.millrace.audio.session.Takeover.Taken;
import dev.millrace.audio.turn.TurnOptions;
import dev.millrace.audio.wire.ClientMessage;
import dev.millrace.audio.wire.ClientMessage.Hello;
import dev.millrace.audio.wire.ClientMessage.Resume;
import dev.millrace.audio.wire.ClientMessage.SessionUpdate;
import dev.millrace.audio.wire.ClientMessages;
import dev.millrace.audio.wire.CloseCode;
import dev.millrace.audio.wire.ServerMessage;
import dev.millrace.audio.wire.WrongMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client says, and who answers: the first of it begins a session, or goes on with one. On the socket's loop. */
final class Exchange {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    /** The socket that it is about. */
    interface Line {

        /** The client has said something. */
        void heard();

        /** Whether nothing more is said. */
        boolean over();

        /** From now on nothing is taken, until {@link #release}. */
        void hold();

        void release();

        void end(Ending ending);

        void close(CloseCode code, String reason);
    }

    private final Line line;
    private final CapturedWire wire;
    private final Entrance entrance;
    private @Nullable LiveSession live;
    /** What came too early, and will be offered again. */
    private @Nullable Buffer refused;

    Exchange(Line line, CapturedWire wire, Entrance entrance) {
        this.line = line;
        this.wire = wire;
        this.entrance = entrance;
    }

    /** The session; null before it has begun. */
    @Nullable
    LiveSession live() {
        return live;
    }

    /** What a client sends may be wrong; what is wrong with us is our failure, and ends this session alone. */
    private void guarded(@Nullable String ref, Runnable work) {
        if (line.over()) {
            return;
        }
        line.heard();
        try {
            work.run();
        } catch (WrongMessage wrong) {
            wrong(wrong, ref);
        } catch (RuntimeException e) {
            LOG.warn("an audio session failed", e);
            line.end(new Ending(CloseCode.INTERNAL, "internal", "The session failed on our side."));
        }
    }

    private void wrong(WrongMessage wrong, @Nullable String ref) {
        CloseCode close = wrong.close();
        wire.say(ServerMessage.error(wrong.code(), String.valueOf(wrong.getMessage()), ref, close != null));
        if (close != null) {
            line.close(close, wrong.code());
        }
    }

    /** A message of text. */
    void text(String text) {
        guarded(null, () -> read(text));
    }

    private void read(String text) {
        JsonObject json = ClientMessages.parse(text);
        String ref = ClientMessages.reference(json);
        guarded(ref, () -> {
            wire.came(text); // before what comes of it
            TurnOptions options = live == null
                    ? TurnOptions.DEFAULT
                    : live.session().settings().turns();
            ClientMessage message = ClientMessages.decode(json, options);
            if (message instanceof Hello hello && hello.resume() != null && live == null) {
                wire.check(hello.settings().capture());
                resume(hello, hello.resume(), ref); // which is answered when it is known
            } else {
                take(message, text);
                acknowledge(ref);
            }
        });
    }

    private void acknowledge(@Nullable String ref) {
        if (ref != null && !line.over()) {
            wire.say(ServerMessage.of("ack").with("ref", ref));
        }
    }

    private void take(ClientMessage message, String text) {
        if (message instanceof Hello hello) {
            if (live != null) {
                throw WrongMessage.late();
            }
            Boolean captured = hello.settings().capture();
            wire.check(captured);
            LiveSession begun = entrance.begin(hello);
            live = begun;
            wire.capture(captured, begun);
            wire.came(text);
        } else if (message instanceof SessionUpdate update) {
            wire.check(update.capture());
            opened().take(update);
            wire.capture(update.capture(), Objects.requireNonNull(live));
        } else if (message instanceof ClientMessage.Bye bye) {
            line.close(CloseCode.BYE, bye.reason());
        } else if (message instanceof ClientMessage.Ping ping) {
            wire.say(ServerMessage.of("pong").with("t", ping.t()));
        } else if (!(message instanceof ClientMessage.Pong)) {
            opened().take(message);
        }
    }

    /** A message of audio; false when it comes too early, and should be offered again. */
    boolean binary(Buffer bytes) {
        boolean[] taken = {true}; // what is wrong is not offered again
        guarded(null, () -> {
            AudioSession session = opened();
            if (bytes != refused) {
                wire.came(bytes); // before what comes of it, and once
            }
            taken[0] = session.audio(bytes);
        });
        refused = taken[0] ? null : bytes;
        return taken[0];
    }

    /** A client that begins with audio takes the defaults. */
    private AudioSession opened() {
        LiveSession now = live == null ? entrance.begin(Entrance.DEFAULTS) : live;
        live = now;
        return now.session();
    }

    private void resume(Hello hello, Resume resume, @Nullable String ref) {
        line.hold();
        entrance.take(resume).onSuccess(taken -> resumed(hello, taken, ref)).onFailure(cause -> refused(cause, ref));
    }

    private void resumed(Hello hello, Taken taken, @Nullable String ref) {
        if (line.over()) {
            entrance.leave(taken);
            return;
        }
        guarded(ref, () -> {
            LiveSession again = entrance.goOn(taken);
            live = again;
            wire.capture(hello.settings().capture(), again);
            acknowledge(ref);
        });
        line.release();
    }

    private void refused(Throwable cause, @Nullable String ref) {
        if (cause instanceof WrongMessage wrong) {
            wrong(wrong, ref);
        } else {
            line.end(Ending.logLost(cause));
        }
    }
}
