package dev.millrace.audio.session;

import dev.millrace.audio.wire.CloseCode;
import dev.millrace.auth.Caller;
import org.jspecify.annotations.Nullable;

/** Whether a client is there, and still may be: its heartbeat, its idle time, its token. On the session's loop. */
final class Presence {

    private final SessionLimits limits;
    private final Caller caller;
    private long heardAt;
    private long pingedAt;

    Presence(SessionLimits limits, Caller caller, long nowMs) {
        this.limits = limits;
        this.caller = caller;
        this.heardAt = nowMs;
        this.pingedAt = nowMs;
    }

    /** Something came of it. */
    void heard(long nowMs) {
        heardAt = nowMs;
    }

    /** Whether it is time to ask for a word; then the next time is a heartbeat later. */
    boolean isPingDue(long nowMs) {
        boolean due = nowMs - pingedAt >= limits.heartbeatMs();
        pingedAt = due ? nowMs : pingedAt;
        return due;
    }

    /** Why the session ends now, or null. */
    @Nullable
    Ending over(long idleMs, long nowMs) {
        if (nowMs - heardAt > 2 * limits.heartbeatMs()) {
            return new Ending(CloseCode.IDLE, "dead", "Nothing was heard of the client for two heartbeats.");
        }
        if (System.currentTimeMillis() >= caller.expiresAtMillis()) {
            return new Ending(CloseCode.TOKEN, "token_expired", "The token has expired; come back with a new one.");
        }
        if (idleMs > limits.idleMs()) {
            return new Ending(CloseCode.IDLE, "idle", "Nothing came for too long; mute the microphone to stay.");
        }
        return null;
    }

    /** For a client that has not begun a session: how long it has said nothing. */
    long silentMs(long nowMs) {
        return nowMs - heardAt;
    }
}
