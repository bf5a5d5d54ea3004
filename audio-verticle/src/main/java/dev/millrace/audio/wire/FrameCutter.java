package dev.millrace.audio.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cuts sound that comes in pieces of any length into frames of 20 ms at 16 kHz, without losing a sample between them. */
public final class FrameCutter {

    /** Takes one frame. The array is used again for the next. */
    public interface Sink {
        void frame(short[] pcm);
    }

    private final Resampler resampler;
    private final short[] frame;
    private int filled;
    private short[] resampled = new short[0];

    public FrameCutter(int fromRate, int toRate) {
        this.resampler = new Resampler(fromRate, toRate);
        this.frame = new short[toRate / 50];
    }

    /** Takes samples at the rate they come in. */
    public void take(short[] pcm, int count, Sink sink) {
        if (resampled.length < resampler.most(count)) {
            resampled = new short[resampler.most(count)];
        }
        int ready = resampler.take(pcm, 0, count, resampled);
        for (int i = 0; i < ready; ) {
            int part = Math.min(ready - i, frame.length - filled);
            System.arraycopy(resampled, i, frame, filled, part);
            filled += part;
            i += part;
            if (filled == frame.length) {
                filled = 0;
                sink.frame(frame);
            }
        }
    }

    /** What is left and less than a frame, filled up with silence; null when nothing is. The cutter begins anew. */
    public short @Nullable [] rest() {
        if (filled == 0) {
            return null;
        }
        Arrays.fill(frame, filled, frame.length, (short) 0);
        filled = 0;
        return frame;
    }
}
