package dev.millrace.app.voice;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Speaks at the pace of a person, and is silent between: sound that is given waits until what was given before is over.
 * Silence is sent as well, as a microphone does that is left open; without it no turn would ever end. Time is an
 * argument, in milliseconds of any clock that never goes back.
 */
public final class Microphone {

    /** A frame lasts so long. */
    public static final long FRAME_MS = 20;

    /** Who takes the frames. The array is used again for the next. */
    public interface Line {
        void send(short[] pcm, int count);
    }

    private final int rate;
    private final Line line;
    private final short[] frame;
    private final Deque<short[]> waiting = new ArrayDeque<>();
    private short @Nullable [] speaking;
    private int at;
    private long begun = -1;
    private long sent;
    private long silent;

    /** @param rate samples a second of what is said and sent */
    public Microphone(int rate, Line line) {
        this.rate = rate;
        this.line = line;
        this.frame = new short[(int) (rate * FRAME_MS / 1000)];
    }

    /** Says this as soon as what it is saying is over. */
    public void say(short[] pcm) {
        waiting.add(pcm);
        silent = 0;
    }

    /** Sends the frames that are due. One that was late is made up for, so that the pace is that of the clock. */
    public void tick(long nowMs) {
        if (begun < 0) {
            begun = nowMs;
        }
        for (long due = (nowMs - begun) / FRAME_MS + 1; sent < due; sent++) {
            fill();
            line.send(frame, frame.length);
        }
    }

    private void fill() {
        int filled = 0;
        while (filled < frame.length && speaking()) {
            short[] source = java.util.Objects.requireNonNull(speaking);
            int part = Math.min(frame.length - filled, source.length - at);
            System.arraycopy(source, at, frame, filled, part);
            filled += part;
            at += part;
        }
        silent += filled == 0 ? frame.length : 0;
        java.util.Arrays.fill(frame, filled, frame.length, (short) 0);
    }

    private boolean speaking() {
        if (speaking == null || at == speaking.length) {
            speaking = waiting.poll();
            at = 0;
        }
        return speaking != null;
    }

    /** How long it has been silent since it last said something, in what was sent. */
    public long silentMs() {
        return silent * 1000 / rate;
    }
}
