package dev.millrace.audio.session;

/**
 * What a session may cost.
 *
 * @param sessions in this process
 * @param idleMs without a word from the client or for it
 * @param heartbeatMs between two pings; two without an answer end the session
 * @param overrunMs of sound that came too fast to be taken, before the session ends
 */
public record SessionLimits(int sessions, long idleMs, long heartbeatMs, long overrunMs) {

    public static final SessionLimits DEFAULT = new SessionLimits(500, 30_000, 10_000, 10_000);

    /** The same with another number of sessions. */
    public SessionLimits sessions(int count) {
        return new SessionLimits(count, idleMs, heartbeatMs, overrunMs);
    }
}
