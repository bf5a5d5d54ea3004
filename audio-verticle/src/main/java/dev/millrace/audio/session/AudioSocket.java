package dev.millrace.audio.session;

import dev.millrace.audio.wire.CloseCode;
import dev.millrace.audio.wire.ServerMessage;
import dev.millrace.auth.Caller;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket of {@code audio.v1}: it ends when either side wants it, and what comes is for its {@link Exchange}. Everything
 * happens on the socket's loop.
 */
final class AudioSocket implements Exchange.Line {

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
    private final CapturedWire wire;
    private final Exchange exchange;
    private boolean over;

    AudioSocket(ServerWebSocket socket, Caller caller, SessionServices services, Consumer<AudioSocket> gone) {
        this.socket = socket;
        this.caller = caller;
        this.services = services;
        this.gone = gone;
        this.loop = Objects.requireNonNull(Vertx.currentContext(), "a socket is opened on its loop");
        this.openedAt = services.clock().getAsLong();
        this.presence = new Presence(services.limits(), caller, openedAt);
        this.wire = new CapturedWire(new SocketWire(socket), caller, services.captures());
        this.exchange = new Exchange(this, wire, new Entrance(services, caller, wire, this::end));
        this.inflow = new Inflow(socket, services.pace(), exchange::binary, exchange::text);
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

    @Override
    public void heard() {
        presence.heard(services.clock().getAsLong());
    }

    private void beat() {
        long now = services.clock().getAsLong();
        if (inflow.isPaused()) {
            heard(); // it is we who do not listen
        }
        if (presence.isPingDue(now)) {
            socket.writePing(Buffer.buffer("millrace")).onFailure(lost -> {});
        }
        LiveSession live = exchange.live();
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

    @Override
    public boolean over() {
        return over;
    }

    @Override
    public void hold() {
        inflow.hold();
    }

    @Override
    public void release() {
        inflow.release();
    }

    @Override
    public void end(Ending ending) {
        if (!over) {
            wire.say(ServerMessage.error(ending.code(), ending.message(), null, true));
            close(ending.close(), ending.code());
        }
    }

    @Override
    public void close(CloseCode code, String reason) {
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
        LiveSession live = exchange.live();
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
        LiveSession live = exchange.live();
        if (live != null) {
            live.part(code);
        }
        wire.close(code.name().toLowerCase(Locale.ROOT));
        gone.accept(this);
    }
}
