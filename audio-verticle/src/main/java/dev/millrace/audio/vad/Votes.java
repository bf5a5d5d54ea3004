package dev.millrace.audio.vad;

/**
 * So many of the last so many frames: one frame is a chance, three in a row are a beginning, and eight of ten are a
 * person who speaks.
 */
public final class Votes {

    private final int needed;
    private final long mask;
    private long last;

    /**
     * @param needed how many must be voiced, from 1
     * @param of how many of the last frames count, from {@code needed} to 64
     */
    public Votes(int needed, int of) {
        if (needed < 1 || needed > of || of > Long.SIZE) {
            throw new IllegalArgumentException("votes are 1 to 64 of no fewer: " + needed + " of " + of);
        }
        this.needed = needed;
        this.mask = of == Long.SIZE ? -1L : (1L << of) - 1;
    }

    /** Takes a frame, and says whether there are enough. */
    public boolean take(boolean voiced) {
        last = (last << 1 | (voiced ? 1 : 0)) & mask;
        return Long.bitCount(last) >= needed;
    }

    /** Whether there are enough. */
    public boolean carried() {
        return Long.bitCount(last) >= needed;
    }

    /** Forgets what was. */
    public void clear() {
        last = 0;
    }
}
