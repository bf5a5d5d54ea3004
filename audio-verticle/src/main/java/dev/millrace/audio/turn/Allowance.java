package dev.millrace.audio.turn;

/**
 * How much sound somebody may send: some seconds at once, and after that a little faster than it can be spoken. A token
 * bucket that may be overdrawn once, so that a piece of any length is taken whole; time is an argument, in milliseconds.
 */
public final class Allowance {

    private final double perMs;
    private final double burst;
    private double left;
    private long asOf;

    /**
     * @param perSecond samples that come back each second
     * @param burst samples that may come at once
     * @param first samples that may come at once at the beginning, before the burst counts
     */
    public Allowance(double perSecond, double burst, double first, long nowMs) {
        this.perMs = perSecond / 1000;
        this.burst = burst;
        this.left = first;
        this.asOf = nowMs;
    }

    /** Takes samples out when there are any left; when there are none, takes none, and they may be offered again. */
    public boolean take(int samples, long nowMs) {
        double more = (nowMs - asOf) * perMs;
        left = left >= burst ? left : Math.min(burst, left + more);
        asOf = nowMs;
        if (left <= 0) {
            return false;
        }
        left -= samples;
        return true;
    }
}
