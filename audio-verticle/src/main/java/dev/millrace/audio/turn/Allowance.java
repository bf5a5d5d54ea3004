package dev.millrace.audio.turn;

/**
 * How much sound somebody may send: some seconds at once, and after that a little faster than it can be spoken. A token
 * bucket; time is an argument, in milliseconds.
 */
public final class Allowance {

    private final double perMs;
    private final double burst;
    private double left;
    private long asOf;

    /**
     * @param perSecond samples that come back each second
     * @param burst samples that may come at once
     */
    public Allowance(double perSecond, double burst, long nowMs) {
        this.perMs = perSecond / 1000;
        this.burst = burst;
        this.left = burst;
        this.asOf = nowMs;
    }

    /** Takes samples out when they are there; when they are not, takes none. */
    public boolean take(int samples, long nowMs) {
        left = Math.min(burst, left + (nowMs - asOf) * perMs);
        asOf = nowMs;
        if (samples > left) {
            return false;
        }
        left -= samples;
        return true;
    }
}
