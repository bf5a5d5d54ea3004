package dev.millrace.audio.session;

/**
 * What sessions may cost.
 *
 * @param sessions in this process
 * @param perSubject of them, for one subject
 * @param longestMs on one connection; then the session goes on over another
 * @param loopLagMs how late an event loop may be and still take one more
 * @param idleMs without a word from the client or for it
 * @param heartbeatMs between two pings; two without an answer end the session
 * @param overrunMs of sound that is left out because engines are too slow, before the session ends
 * @param resumeMs in which a client that was cut off may come back, at least
 */
public record SessionLimits(
        int sessions,
        int perSubject,
        long longestMs,
        long loopLagMs,
        long idleMs,
        long heartbeatMs,
        long overrunMs,
        long resumeMs) {

    public static final SessionLimits DEFAULT =
            new SessionLimits(500, 20, 7_200_000, 20, 30_000, 10_000, 10_000, 60_000);

    /** The same with other numbers of sessions. */
    public SessionLimits sessions(int count, int perOne) {
        return new SessionLimits(count, perOne, longestMs, loopLagMs, idleMs, heartbeatMs, overrunMs, resumeMs);
    }

    /** The same with another longest time on one connection. */
    public SessionLimits longest(long millis) {
        return new SessionLimits(sessions, perSubject, millis, loopLagMs, idleMs, heartbeatMs, overrunMs, resumeMs);
    }

    /** The same for engines that are slow, or hardly. */
    SessionLimits overrun(long millis) {
        return new SessionLimits(sessions, perSubject, longestMs, loopLagMs, idleMs, heartbeatMs, millis, resumeMs);
    }

    /** The same for clients that are silent for so long. */
    SessionLimits idle(long millis) {
        return new SessionLimits(sessions, perSubject, longestMs, loopLagMs, millis, heartbeatMs, overrunMs, resumeMs);
    }

    /** The same for loops that are later. */
    public SessionLimits loopLag(long millis) {
        return new SessionLimits(sessions, perSubject, longestMs, millis, idleMs, heartbeatMs, overrunMs, resumeMs);
    }

    /** The same for clients that come back later. */
    SessionLimits resume(long millis) {
        return new SessionLimits(sessions, perSubject, longestMs, loopLagMs, idleMs, heartbeatMs, overrunMs, millis);
    }
}
