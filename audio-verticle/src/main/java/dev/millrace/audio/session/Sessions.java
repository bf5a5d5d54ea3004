package dev.millrace.audio.session;

import dev.millrace.audio.capture.CaptureFolder;
import dev.millrace.audio.speech.SpeechEngines;
import dev.millrace.audio.wire.CloseCode;
import dev.millrace.audio.wire.ServerMessage;
import dev.millrace.auth.Caller;
import dev.millrace.feed.Happenings;
import dev.millrace.log.StreamLog;
import dev.millrace.run.Agents;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The audio sessions of this process. A socket that finds no room is told when to come back. */
public final class Sessions {

    /** Speech is sent in steps of a frame. */
    private static final long PACE_MS = 20;

    private static final long PULSE_MS = 1_000;

    private static final String RETRY = "retry_ms=2000";

    private final SessionServices services;
    private final LoopLag lag;
    private final Set<AudioSocket> open = ConcurrentHashMap.newKeySet();
    private final Promise<Void> empty = Promise.promise();
    private volatile boolean moving;

    public Sessions(
            Vertx vertx,
            StreamLog log,
            Agents agents,
            SpeechEngines engines,
            Happenings told,
            String node,
            SessionLimits limits,
            @Nullable CaptureFolder captures) {
        LongSupplier clock = () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        this.lag = new LoopLag(vertx, clock);
        this.services = new SessionServices(
                log,
                agents,
                engines,
                told,
                node,
                limits,
                new Metronome(vertx, PACE_MS),
                new Metronome(vertx, PULSE_MS),
                captures,
                clock);
    }

    /** Takes a socket that was just opened, on its loop. */
    public void open(ServerWebSocket socket, Caller caller) {
        if (services.engines().stt() == null && services.engines().tts() == null) {
            refuse(
                    socket,
                    CloseCode.ENGINE_FAILED,
                    "no_engine",
                    "This server has no speech engine.",
                    "no speech engine");
        } else if (open.size() >= services.limits().sessions()) {
            refuse(
                    socket,
                    CloseCode.OVERLOAD,
                    "too_many_sessions",
                    "All " + services.limits().sessions() + " places for audio sessions are taken; try again soon.",
                    RETRY);
        } else if (lag.millis() > services.limits().loopLagMs()) {
            refuse(
                    socket,
                    CloseCode.OVERLOAD,
                    "overloaded",
                    "This node is " + lag.millis() + " ms late with its speech; try again soon.",
                    RETRY);
        } else if (of(caller) >= services.limits().perSubject()) {
            refuse(
                    socket,
                    CloseCode.QUOTA,
                    "too_many_of_subject",
                    "You have " + services.limits().perSubject() + " audio sessions here, and may not have more.",
                    "too many sessions of one subject");
        } else {
            AudioSocket session = new AudioSocket(socket, caller, services, this::gone);
            open.add(session);
            lag.enter();
            session.start();
        }
    }

    private long of(Caller caller) {
        return open.stream().filter(session -> session.isOf(caller)).count();
    }

    private void gone(AudioSocket session) {
        open.remove(session);
        lag.leave();
        if (moving && open.isEmpty()) {
            empty.tryComplete();
        }
    }

    /** Tells every session to go on elsewhere, within a time. On any thread; completes when all are gone. */
    public Future<Void> move(long millis) {
        moving = true;
        open.forEach(session -> session.move(Departure.Reason.DRAIN, millis));
        if (open.isEmpty()) {
            empty.tryComplete();
        }
        return empty.future();
    }

    private static void refuse(ServerWebSocket socket, CloseCode close, String code, String message, String reason) {
        socket.writeTextMessage(ServerMessage.error(code, message, null, true).encode())
                .eventually(() -> socket.close(close.code(), reason))
                .onFailure(gone -> socket.close());
    }

    /** How many timers' listeners there are for sessions, open or waiting for their clients. */
    int beats() {
        return services.pace().listeners() + services.pulse().listeners() + lag.watched();
    }

    /** How many are open. */
    public int open() {
        return open.size();
    }

    /** This process goes: every session is told, and comes to its end. */
    public Future<Void> close() {
        return Future.join(open.stream().map(AudioSocket::leave).toList()).mapEmpty();
    }
}
