package dev.millrace.audio.session;

import dev.millrace.audio.turn.TurnOptions;
import dev.millrace.audio.wire.AudioFormat;
import dev.millrace.audio.wire.ClientMessage;
import dev.millrace.audio.wire.ClientMessage.Hello;
import dev.millrace.audio.wire.ClientMessage.SessionUpdate;
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
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket of {@code audio.v1}: reads what comes, writes what goes, and ends when either side wants it. What it means is
 * for the {@link AudioSession}. Everything happens on the socket's loop.
 */
final class AudioSocket implements Outlet {

    private static final Logger LOG = LoggerFactory.getLogger(AudioSocket.class);

    /** Behind so many bytes of audio a message waits for less than the lead. */
    private static final int QUEUE_BYTES = 16 << 10;

    private static final Hello DEFAULTS = new Hello(
            AudioFormat.DEFAULT,
            AudioFormat.DEFAULT,
            200,
            false,
            new SessionUpdate(TurnOptions.DEFAULT, null),
            0,
            null);

    private final ServerWebSocket socket;
    private final Caller caller;
    private final SessionServices services;
    private final Consumer<AudioSocket> gone;
    private final Context loop;
    private final Runnable beat = this::beat;
    private @Nullable AudioSession conversation;
    private long alive;
    private long pinged;
    private boolean over;

    AudioSocket(ServerWebSocket socket, Caller caller, SessionServices services, Consumer<AudioSocket> gone) {
        this.socket = socket;
        this.caller = caller;
        this.services = services;
        this.gone = gone;
        this.loop = Objects.requireNonNull(Vertx.currentContext(), "a socket is opened on its loop");
        this.alive = services.clock().getAsLong();
        this.pinged = alive;
    }

    void start() {
        socket.setWriteQueueMaxSize(QUEUE_BYTES);
        socket.textMessageHandler(text -> guarded(null, () -> text(text)));
        socket.binaryMessageHandler(bytes -> guarded(null, () -> binary(bytes)));
        socket.pongHandler(pong -> alive = services.clock().getAsLong());
        socket.exceptionHandler(cause -> LOG.debug("audio socket", cause));
        socket.closeHandler(closed -> left());
        services.pulse().add(beat);
    }

    /** What a client sends may be wrong; what is wrong with us is our failure, and ends this session alone. */
    private void guarded(@Nullable String ref, Runnable work) {
        if (over) {
            return;
        }
        alive = services.clock().getAsLong();
        try {
            work.run();
        } catch (WrongMessage wrong) {
            CloseCode close = wrong.close();
            say(ServerMessage.error(wrong.code(), String.valueOf(wrong.getMessage()), ref, close != null));
            if (close != null) {
                close(close, wrong.code());
            }
        } catch (RuntimeException e) {
            LOG.warn("an audio session failed", e);
            end(CloseCode.INTERNAL, "internal", "The session failed on our side.");
        }
    }

    private void text(String text) {
        JsonObject json = ClientMessages.parse(text);
        String ref = ClientMessages.reference(json);
        guarded(ref, () -> {
            TurnOptions options = conversation == null ? TurnOptions.DEFAULT : conversation.options();
            take(ClientMessages.decode(json, options));
            if (ref != null && !over) {
                say(ServerMessage.of("ack").with("ref", ref));
            }
        });
    }

    private void take(ClientMessage message) {
        if (message instanceof Hello hello) {
            if (conversation != null) {
                throw WrongMessage.late();
            }
            open(hello);
        } else if (message instanceof ClientMessage.Bye bye) {
            close(CloseCode.BYE, bye.reason());
        } else if (message instanceof ClientMessage.Ping ping) {
            say(ServerMessage.of("pong").with("t", ping.t()));
        } else if (!(message instanceof ClientMessage.Pong)) {
            opened().take(message);
        }
    }

    private void binary(Buffer bytes) {
        opened().audio(bytes);
    }

    /** A client that begins with audio takes the defaults. */
    private AudioSession opened() {
        return conversation == null ? open(DEFAULTS) : conversation;
    }

    private AudioSession open(Hello hello) {
        AudioSession begun = new AudioSession(hello, caller, services, this, socket::writeTextMessage, this::end);
        conversation = begun;
        services.engines().warm().onFailure(cold -> LOG.debug("an engine is not ready yet", cold));
        return begun;
    }

    private void beat() {
        long now = services.clock().getAsLong();
        if (now - alive > 2 * services.limits().heartbeatMs()) {
            end(CloseCode.IDLE, "dead", "Nothing was heard of the client for two heartbeats.");
        } else if (System.currentTimeMillis() >= caller.expiresAtMillis()) {
            end(CloseCode.TOKEN, "token_expired", "The token has expired; come back with a new one.");
        } else if (now - pinged >= services.limits().heartbeatMs()) {
            pinged = now;
            socket.writePing(Buffer.buffer("millrace")).onFailure(lost -> {});
        }
        guardedBeat(now);
    }

    private void guardedBeat(long now) {
        if (conversation != null && !over) {
            conversation.beat(now);
        } else if (!over && now - alive > services.limits().idleMs()) {
            end(CloseCode.IDLE, "idle", "The session was not begun.");
        }
    }

    private void end(CloseCode close, String code, String message) {
        if (!over) {
            say(ServerMessage.error(code, message, null, true));
            close(close, code);
        }
    }

    private void close(CloseCode code, String reason) {
        String bounded = reason.length() <= 100 ? reason : reason.substring(0, 100);
        finish(code.name().toLowerCase(Locale.ROOT));
        socket.close(code.code(), bounded).onFailure(lost -> {});
    }

    /** This process goes. May be called from any thread. */
    Future<Void> leave() {
        Promise<Void> left = Promise.promise();
        loop.runOnContext(there -> {
            end(CloseCode.LEAVING, "stopping", "This node is about to stop; begin a session on another.");
            left.complete();
        });
        return left.future();
    }

    private void left() {
        finish("gone");
    }

    private void finish(String why) {
        if (over) {
            return;
        }
        over = true;
        services.pulse().remove(beat);
        if (conversation != null) {
            conversation.close(why);
        }
        gone.accept(this);
    }

    @Override
    public void say(ServerMessage message) {
        // A socket that broke is told of by its close handler.
        socket.writeTextMessage(message.encode()).onFailure(lost -> {});
    }

    @Override
    public Future<Void> record(ServerMessage message) {
        return conversation == null ? Future.succeededFuture() : conversation.record(message);
    }

    @Override
    public void frame(Buffer bytes) {
        socket.writeBinaryMessage(bytes).onFailure(lost -> {});
    }

    @Override
    public boolean full() {
        return socket.writeQueueFull();
    }
}
