package dev.millrace.audio.session;

import dev.millrace.audio.session.Takeover.Taken;
import dev.millrace.audio.turn.TurnOptions;
import dev.millrace.audio.wire.ClientMessage;
import dev.millrace.audio.wire.ClientMessage.Hello;
import dev.millrace.audio.wire.ClientMessage.Resume;
import dev.millrace.audio.wire.ClientMessages;
import dev.millrace.audio.wire.CloseCode;
import dev.millrace.audio.wire.ServerMessage;
import dev.millrace.audio.wire.WrongMessage;
import dev.millrace.auth.Caller;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket of {@code audio.v1}: reads what comes, begins a session or goes on with one, and ends when either side wants
 * it. What is said in the session is for the {@link AudioSession}. Everything happens on the socket's loop.
 */
final class AudioSocket {

    private static final Logger LOG = LoggerFactory.getLogger(AudioSocket.class);

    /** So long before its time on a connection is over a client is told, or a quarter of that time. */
    private static final long NOTICE_MS = 30_000;

    private final ServerWebSocket socket;
    private final Caller caller;
    private final SessionServices services;
    private final Consumer<AudioSocket> gone;
    private final Context loop;
    private final Runnable beat = this::beat;
    private final Presence presence;
    private final Inflow inflow;
    private final Departure departure = new Departure();
    private final long openedAt;
    private final Wire wire;
    private final Entrance entrance;
    private @Nullable LiveSession live;
    private boolean over;

    AudioSocket(ServerWebSocket socket, Caller caller, SessionServices services, Consumer<AudioSocket> gone) {
        this.socket = socket;
        this.caller = caller;
        this.services = services;
        this.gone = gone;
        this.loop = Objects.requireNonNull(Vertx.currentContext(), "a socket is opened on its loop");
        this.openedAt = services.clock().getAsLong();
        this.presence = new Presence(services.limits(), caller, openedAt);
        this.inflow = new Inflow(socket, services.pace(), this::binary, text -> guarded(null, () -> text(text)));
        this.wire = new SocketWire(socket);
        this.entrance = new Entrance(services, caller, wire, this::end);
    }

    void start() {
        inflow.open();
        socket.pongHandler(pong -> heard());
        socket.exceptionHandler(this::broken);
        socket.closeHandler(closed -> left());
        services.pulse().add(beat);
    }

    /** The only state that Vert.x calls illegal while it reads is a message that grows beyond its limit. */
    private void broken(Throwable cause) {
        LOG.debug("audio socket", cause);
        if (cause instanceof IllegalStateException) {
            end(new Ending(CloseCode.TOO_BIG, "too_big", "A message has at most 64 KiB."));
        }
    }

    private void heard() {
        presence.heard(services.clock().getAsLong());
    }

    /** What a client sends may be wrong; what is wrong with us is our failure, and ends this session alone. */
    private void guarded(@Nullable String ref, Runnable work) {
        if (over) {
            return;
        }
        heard();
        try {
            work.run();
        } catch (WrongMessage wrong) {
            wrong(wrong, ref);
        } catch (RuntimeException e) {
            LOG.warn("an audio session failed", e);
            end(new Ending(CloseCode.INTERNAL, "internal", "The session failed on our side."));
        }
    }

    private void wrong(WrongMessage wrong, @Nullable String ref) {
        CloseCode close = wrong.close();
        wire.say(ServerMessage.error(wrong.code(), String.valueOf(wrong.getMessage()), ref, close != null));
        if (close != null) {
            close(close, wrong.code());
        }
    }

    private void text(String text) {
        JsonObject json = ClientMessages.parse(text);
        String ref = ClientMessages.reference(json);
        guarded(ref, () -> {
            TurnOptions options = live == null
                    ? TurnOptions.DEFAULT
                    : live.session().settings().turns();
            ClientMessage message = ClientMessages.decode(json, options);
            if (message instanceof Hello hello && hello.resume() != null && live == null) {
                resume(hello.resume(), ref); // which is answered when it is known
            } else {
                take(message);
                acknowledge(ref);
            }
        });
    }

    private void acknowledge(@Nullable String ref) {
        if (ref != null && !over) {
            wire.say(ServerMessage.of("ack").with("ref", ref));
        }
    }

    private void take(ClientMessage message) {
        if (message instanceof Hello hello) {
            if (live != null) {
                throw WrongMessage.late();
            }
            live = entrance.begin(hello);
        } else if (message instanceof ClientMessage.Bye bye) {
            close(CloseCode.BYE, bye.reason());
        } else if (message instanceof ClientMessage.Ping ping) {
            wire.say(ServerMessage.of("pong").with("t", ping.t()));
        } else if (!(message instanceof ClientMessage.Pong)) {
            opened().take(message);
        }
    }

    private boolean binary(Buffer bytes) {
        boolean[] taken = {true}; // what is wrong is not offered again
        guarded(null, () -> taken[0] = opened().audio(bytes));
        return taken[0];
    }

    /** A client that begins with audio takes the defaults. */
    private AudioSession opened() {
        LiveSession now = live == null ? entrance.begin(Entrance.DEFAULTS) : live;
        live = now;
        return now.session();
    }

    private void resume(Resume resume, @Nullable String ref) {
        inflow.hold();
        entrance.take(resume).onSuccess(taken -> resumed(taken, ref)).onFailure(cause -> refused(cause, ref));
    }

    private void resumed(Taken taken, @Nullable String ref) {
        if (over) {
            entrance.leave(taken);
            return;
        }
        guarded(ref, () -> {
            live = entrance.goOn(taken);
            acknowledge(ref);
        });
        inflow.release();
    }

    private void refused(Throwable cause, @Nullable String ref) {
        if (cause instanceof WrongMessage wrong) {
            wrong(wrong, ref);
        } else {
            end(Ending.logLost(cause));
        }
    }

    private void beat() {
        long now = services.clock().getAsLong();
        if (inflow.isPaused()) {
            heard(); // it is we who do not listen
        }
        if (presence.isPingDue(now)) {
            socket.writePing(Buffer.buffer("millrace")).onFailure(lost -> {});
        }
        Ending ending = live == null ? null : live.beat(now);
        if (ending == null) {
            ending = departure.due(now);
        }
        long notice = Math.min(NOTICE_MS, services.limits().longestMs() / 4);
        if (now - openedAt >= services.limits().longestMs() - notice) {
            moveNow(Departure.Reason.LIMIT, notice);
        }
        if (ending == null) {
            ending = presence.over(
                    live == null ? presence.silentMs(now) : live.session().idleMs(now), now);
        }
        if (ending != null) {
            end(ending);
        }
    }

    private void end(Ending ending) {
        if (!over) {
            wire.say(ServerMessage.error(ending.code(), ending.message(), null, true));
            close(ending.close(), ending.code());
        }
    }

    private void close(CloseCode code, String reason) {
        String bounded = reason.length() <= 100 ? reason : reason.substring(0, 100);
        finish(code);
        socket.close(code.code(), bounded).onFailure(lost -> {});
    }

    boolean isOf(Caller other) {
        return caller.tenant().equals(other.tenant()) && caller.subject().equals(other.subject());
    }

    /** The session shall go on elsewhere, within a time. May be called from any thread. */
    void move(Departure.Reason reason, long millis) {
        loop.runOnContext(there -> moveNow(reason, millis));
    }

    private void moveNow(Departure.Reason reason, long millis) {
        if (over) {
            return;
        }
        long mine = departure.begin(reason, millis, services.clock().getAsLong());
        if (mine >= 0 && live != null) {
            wire.say(live.moving(reason, mine));
        }
        if (live == null || mine == 0) {
            end(reason.ending);
        }
    }

    /** This process goes. May be called from any thread. */
    Future<Void> leave() {
        Promise<Void> left = Promise.promise();
        loop.runOnContext(there -> {
            end(new Ending(CloseCode.LEAVING, "stopping", "This node is about to stop; resume on another."));
            left.complete();
        });
        return left.future();
    }

    /** The socket is gone. Who closed it in order has said goodbye; else the client may come back. */
    private void left() {
        Short code = socket.closeStatusCode();
        finish(code != null && code == CloseCode.BYE.code() ? CloseCode.BYE : CloseCode.LEAVING);
    }

    private void finish(CloseCode code) {
        if (over) {
            return;
        }
        over = true;
        inflow.close();
        services.pulse().remove(beat);
        if (live != null) {
            live.part(code);
        }
        gone.accept(this);
    }
}
