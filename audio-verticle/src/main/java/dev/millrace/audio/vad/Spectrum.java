package dev.millrace.audio.vad;

/**
 * The power spectrum of one frame: a Hann window, then a real Fourier transform of 512 points, done as a complex one of
 * 256. Everything it needs is allocated once, because it runs fifty times a second in every session.
 */
final class Spectrum {

    /** Points of the transform. */
    static final int POINTS = 512;

    /** Hertz from one line of the spectrum to the next. */
    static final float LINE_HZ = (float) Vad.RATE / POINTS;

    private static final int HALF = POINTS / 2;
    private static final int BITS = Integer.numberOfTrailingZeros(HALF);
    private static final float[] WINDOW = new float[Vad.FRAME];
    private static final float[] COS = new float[HALF];
    private static final float[] SIN = new float[HALF];
    private static final int[] REVERSED = new int[HALF];

    static {
        for (int i = 0; i < WINDOW.length; i++) {
            // So scaled that the lines of white noise sum to its mean square.
            double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 0.5) / WINDOW.length);
            WINDOW[i] = (float) (hann * Math.sqrt(2 / (0.375 * WINDOW.length * POINTS)) / 32768);
        }
        for (int i = 0; i < HALF; i++) {
            COS[i] = (float) Math.cos(2 * Math.PI * i / POINTS);
            SIN[i] = (float) -Math.sin(2 * Math.PI * i / POINTS);
            REVERSED[i] = Integer.reverse(i) >>> (32 - BITS);
        }
    }

    private final float[] re = new float[HALF];
    private final float[] im = new float[HALF];
    private final float[] power = new float[HALF];

    /**
     * @return power of each line; together they are the frame's mean square, and full scale is 1. Reused by the next call
     */
    float[] of(short[] pcm, int from) {
        load(pcm, from);
        transform();
        unfold();
        return power;
    }

    /** Even samples are the real part and odd ones the imaginary part; what the frame does not fill is zero. */
    private void load(short[] pcm, int from) {
        for (int i = 0; i < HALF; i++) {
            int at = REVERSED[i];
            boolean inside = 2 * i < Vad.FRAME;
            re[at] = inside ? pcm[from + 2 * i] * WINDOW[2 * i] : 0;
            im[at] = inside ? pcm[from + 2 * i + 1] * WINDOW[2 * i + 1] : 0;
        }
    }

    private void transform() {
        for (int span = 1; span < HALF; span *= 2) {
            int stride = HALF / span; // of a table for twice as many points
            for (int k = 0; k < span; k++) {
                float c = COS[k * stride];
                float s = SIN[k * stride];
                for (int i = k; i < HALF; i += 2 * span) {
                    int j = i + span;
                    float x = re[j] * c - im[j] * s;
                    float y = re[j] * s + im[j] * c;
                    re[j] = re[i] - x;
                    im[j] = im[i] - y;
                    re[i] += x;
                    im[i] += y;
                }
            }
        }
    }

    /** Parts the spectra of the even and the odd samples, and adds them as a transform of all would have. */
    private void unfold() {
        power[0] = (re[0] + im[0]) * (re[0] + im[0]);
        for (int k = 1; k < HALF; k++) {
            int mirror = HALF - k;
            float evenRe = (re[k] + re[mirror]) / 2;
            float evenIm = (im[k] - im[mirror]) / 2;
            float oddRe = (im[k] + im[mirror]) / 2;
            float oddIm = (re[mirror] - re[k]) / 2;
            float x = evenRe + oddRe * COS[k] - oddIm * SIN[k];
            float y = evenIm + oddRe * SIN[k] + oddIm * COS[k];
            power[k] = x * x + y * y;
        }
    }
}
