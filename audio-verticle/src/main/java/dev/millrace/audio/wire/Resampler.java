package dev.millrace.audio.wire;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Turns samples of one rate into samples of another, as they come. A polyphase filter: of the one long low-pass that the
 * higher common rate would need, each sample that comes out takes the few taps that meet samples that are there.
 */
public final class Resampler {

    /** Taps of a phase when rates go up; when they go down there are more, as the pass band is narrower. */
    private static final int TAPS = 40;

    private static final Map<Long, float[][]> FILTERS = new ConcurrentHashMap<>();

    private final int up;
    private final int down;
    private final float[][] phases;
    private final float[] history;
    /** Where the next sample that comes out stands, in samples of the common rate since the newest that came in. */
    private int phase;

    private int newest;

    public Resampler(int from, int to) {
        int common = gcd(from, to);
        up = to / common;
        down = from / common;
        phases = FILTERS.computeIfAbsent((long) up << 32 | down, key -> filter(up, down));
        history = new float[2 * phases[0].length];
    }

    /** Most samples that come out for so many that go in. */
    public int most(int samples) {
        return (int) ((long) samples * up / down + 1);
    }

    /**
     * Takes samples and gives what can be said of the other rate.
     *
     * @return how many were written to {@code out}, at most {@link #most}
     */
    public int take(short[] in, int from, int count, short[] out) {
        if (up == down) {
            System.arraycopy(in, from, out, 0, count);
            return count;
        }
        int written = 0;
        for (int i = from; i < from + count; i++) {
            push(in[i]);
            for (; phase < up; phase += down) {
                out[written++] = sample(phases[phase]);
            }
            phase -= up;
        }
        return written;
    }

    /** The history is kept twice, so that the taps always meet one stretch without an end in it. */
    private void push(float sample) {
        int taps = phases[0].length;
        newest = newest == 0 ? taps - 1 : newest - 1;
        history[newest] = sample;
        history[newest + taps] = sample;
    }

    private short sample(float[] taps) {
        float sum = 0;
        for (int t = 0; t < taps.length; t++) {
            sum += taps[t] * history[newest + t];
        }
        return (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, Math.round(sum)));
    }

    private static float[][] filter(int up, int down) {
        double cutoff = 0.93 * Math.min(1.0, (double) up / down);
        int taps = (int) Math.ceil(TAPS * Math.max(1.0, (double) down / up));
        float[][] phases = new float[up][taps];
        double middle = (taps * up - 1) / 2.0;
        for (int p = 0; p < up; p++) {
            double sum = 0;
            for (int t = 0; t < taps; t++) {
                double x = (t * up + p - middle) / up;
                double value = sinc(cutoff * x) * kaiser((t * up + p - middle) / (middle + 0.5));
                phases[p][t] = (float) value;
                sum += value;
            }
            for (int t = 0; t < taps; t++) {
                phases[p][t] /= (float) sum; // a steady level stays as it is
            }
        }
        return phases;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    /** Side lobes of the window are about 60 dB down. */
    private static double kaiser(double x) {
        return bessel(6 * Math.sqrt(Math.max(0, 1 - x * x))) / bessel(6);
    }

    private static double bessel(double x) {
        double sum = 1;
        double term = 1;
        for (int k = 1; k < 30; k++) {
            term *= x / (2 * k);
            sum += term * term;
        }
        return sum;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
