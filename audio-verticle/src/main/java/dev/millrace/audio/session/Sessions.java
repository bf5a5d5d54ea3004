package dev.millrace.audio.session;

import dev.millrace.audio.speech.SpeechEngines;
import dev.millrace.audio.wire.CloseCode;
import dev.millrace.audio.wire.ServerMessage;
import dev.millrace.auth.Caller;
import dev.millrace.feed.Happenings;
import dev.millrace.log.StreamLog;
import dev.millrace.run.Agents;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The audio sessions of this process. A socket that finds no room is told when to come back. */
public final class Sessions {

    /** Speech is sent in steps of a frame. */
    private static final long PACE_MS = 20;

    private static final long PULSE_MS = 1_000;

    private final SessionServices services;
    private final Set<AudioSocket> open = ConcurrentHashMap.newKeySet();

    public Sessions(
            Vertx vertx,
            StreamLog log,
            Agents agents,
            SpeechEngines engines,
            Happenings told,
            String node,
            SessionLimits limits) {
        this.services = new SessionServices(
                log,
                agents,
                engines,
                told,
                node,
                limits,
                new Metronome(vertx, PACE_MS),
                new Metronome(vertx, PULSE_MS),
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
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
                    "retry_ms=2000");
        } else {
            AudioSocket session = new AudioSocket(socket, caller, services, open::remove);
            open.add(session);
            session.start();
        }
    }

    private static void refuse(ServerWebSocket socket, CloseCode close, String code, String message, String reason) {
        socket.writeTextMessage(ServerMessage.error(code, message, null, true).encode())
                .eventually(() -> socket.close(close.code(), reason))
                .onFailure(gone -> socket.close());
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
