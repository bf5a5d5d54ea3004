package dev.millrace.circuit;

import java.time.Duration;

/**
 * Stands before something of somebody else's that may be down, and lets nobody through for a while after it has failed
 * several times in a row: callers then fail at once instead of each waiting for a deadline, and what is down is not
 * called at the pace of its callers while it comes up. After the rest one caller is let through to try; it decides for
 * all.
 *
 * <p>It knows no clock: the time is an argument, in milliseconds of any clock that does not go back. Thread-safe. Each
 * caller that was let through says how it went, once: {@link #succeeded}, {@link #failed} or {@link #abandoned}.
 */
public final class Circuit {

    private final int tolerated;
    private final long restMillis;

    private int failuresInARow;
    private long restsUntil;

    /** Until when the one who tries may take; an outcome that never comes must not keep everybody out for good. */
    private long tryingUntil;

    /**
     * @param failures how many in a row open the circuit; 1 or more
     * @param rest how long nobody is let through
     */
    public Circuit(int failures, Duration rest) {
        if (failures < 1 || rest.isNegative() || rest.isZero()) {
            throw new IllegalArgumentException(failures + " failures and a rest of " + rest + " make no circuit");
        }
        this.tolerated = failures;
        this.restMillis = rest.toMillis();
    }

    /** Whether the caller may go on. When it may, it says later how it went. */
    public synchronized boolean admits(long now) {
        if (failuresInARow < tolerated) {
            return true;
        }
        if (now < restsUntil || now < tryingUntil) {
            return false;
        }
        tryingUntil = now + restMillis;
        return true;
    }

    /** For how long nobody will be let through, in milliseconds; 0 when somebody would be. */
    public synchronized long restMillis(long now) {
        return failuresInARow < tolerated ? 0 : Math.max(0, Math.max(restsUntil, tryingUntil) - now);
    }

    /** It works: everybody may go on. */
    public synchronized void succeeded() {
        failuresInARow = 0;
        tryingUntil = 0;
    }

    /** It is in trouble. */
    public synchronized void failed(long now) {
        failuresInARow++;
        tryingUntil = 0;
        if (failuresInARow >= tolerated) {
            restsUntil = now + restMillis;
        }
    }

    /** The caller left before it could tell: somebody else may try. */
    public synchronized void abandoned() {
        tryingUntil = 0;
    }
}
