package dev.millrace.audio.turn;

/**
 * How far a speech has come: what may be sent, and what has been heard. Speech is sent at most a lead ahead of the place
 * that is being played, so that whoever stops it, or leaves, has little that was sent in vain. Time is an argument, in
 * milliseconds of any clock that never goes back.
 */
public final class Playout {

    /** A report of the client is believed for so long; after that the pace tells better. */
    private static final long FRESH_MS = 1_000;

    private final int rate;
    private final int leadMs;
    private final long fromMs;
    private long sent;
    /** What is played if all goes as planned was this long at the moment {@link #since}. */
    private long played;

    private long since;
    private boolean running;
    private boolean begun;
    private long reported = -1;
    private long reportedAt;
    private boolean reportedPlaying;

    /** @param rate samples a second of what is sent */
    public Playout(int rate, int leadMs) {
        this(rate, leadMs, 0);
    }

    /**
     * @param rate samples a second of what is sent
     * @param fromMs so much of the speech was sent and heard elsewhere
     */
    public Playout(int rate, int leadMs, long fromMs) {
        this.rate = rate;
        this.leadMs = leadMs;
        this.fromMs = fromMs;
        this.sent = samples(fromMs);
        this.played = fromMs;
    }

    /** How many more samples may be sent now. */
    public long due(long nowMs) {
        if (!running) {
            return begun ? 0 : samples(leadMs); // nothing while it is paused
        }
        return Math.max(0, samples(position(nowMs) + leadMs) - sent);
    }

    /** Samples were sent. The first of them starts the clock. */
    public void sent(long samples, long nowMs) {
        if (!begun) {
            since = nowMs;
            running = true;
            begun = true;
        }
        // Nothing was there to be played for a while: what comes now is played from now on.
        long starved = position(nowMs) - sentMs();
        if (running && starved > 0) {
            played = sentMs();
            since = nowMs;
        }
        sent += samples;
    }

    /** The client holds still. */
    public void pause(long nowMs) {
        if (running) {
            played = Math.min(position(nowMs), sentMs());
            running = false;
        }
    }

    /** The client goes on. */
    public void resume(long nowMs) {
        if (!running && begun) {
            since = nowMs;
            running = true;
        }
    }

    /** What the client says that it has played, in milliseconds since the speech's first sample. */
    public void report(long playedMs, boolean playing, long nowMs) {
        reported = playedMs;
        reportedAt = nowMs;
        reportedPlaying = playing;
    }

    /** Milliseconds of speech sent so far. */
    public long sentMs() {
        return sent * 1000 / rate;
    }

    public long sentSamples() {
        return sent;
    }

    /**
     * What has been heard, in milliseconds: as the client reports, or else as the pace suggests less what may still lie in
     * the client's buffer. Never more than was sent, whatever anybody says.
     */
    public long heardMs(long nowMs) {
        long heard = isReported(nowMs)
                ? reported + (reportedPlaying && running ? nowMs - reportedAt : 0)
                : Math.min(position(nowMs), sentMs() - leadMs);
        return Math.max(fromMs, Math.min(sentMs(), heard));
    }

    /** Whether the client has said lately how far it is. */
    public boolean isReported(long nowMs) {
        return reported >= 0 && nowMs - reportedAt <= FRESH_MS;
    }

    /** Whether all that was sent has been played, or nothing was. */
    public boolean drained(long nowMs) {
        return !begun || (running && position(nowMs) >= sentMs());
    }

    private long position(long nowMs) {
        return running ? played + nowMs - since : played;
    }

    private long samples(long millis) {
        return millis * rate / 1000;
    }
}
