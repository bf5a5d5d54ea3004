package dev.millrace.audio.session;

/**
 * What a session may cost.
 *
 * @param sessions in this process
 * @param idleMs without a word from the client or for it
 * @param heartbeatMs between two pings; two without an answer end the session
 * @param overrunMs of sound that is left out because engines are too slow, before the session ends
 * @param resumeMs in which a client that was cut off may come back, at least
 */
public record SessionLimits(int sessions, long idleMs, long heartbeatMs, long overrunMs, long resumeMs) {

    public static final SessionLimits DEFAULT = new SessionLimits(500, 30_000, 10_000, 10_000, 60_000);

    /** The same with another number of sessions. */
    public SessionLimits sessions(int count) {
        return new SessionLimits(count, idleMs, heartbeatMs, overrunMs, resumeMs);
    }
}
