package dev.millrace.audio.vad;

/**
 * Whether sound repeats itself as a voice does, 60 to 400 times a second: the greatest autocorrelation over two frames
 * at a quarter of the rate. It costs more than the rest of the detector, so it is asked only in doubt.
 */
final class Pitch {

    private static final int DECIMATION = 4;
    private static final int FRAME = Vad.FRAME / DECIMATION;
    private static final int SHORTEST = Vad.RATE / DECIMATION / 400;
    private static final int LONGEST = Vad.RATE / DECIMATION / 60;
    private static final int SPAN = 2 * FRAME - LONGEST;

    /** Takes the low tones down, which are in every noise and look periodic for as long as two frames. */
    private static final float EMPHASIS = 0.9f;

    private final float[] samples = new float[2 * FRAME];
    private float before;

    /** Every frame must pass here, asked about or not. */
    void take(short[] pcm, int from) {
        System.arraycopy(samples, FRAME, samples, 0, FRAME);
        for (int i = 0; i < FRAME; i++) {
            int at = from + i * DECIMATION;
            float sample = (pcm[at] + pcm[at + 1] + pcm[at + 2] + pcm[at + 3]) / 4f;
            samples[FRAME + i] = sample - EMPHASIS * before;
            before = sample;
        }
    }

    /** From 0, noise, to 1, a perfect tone. */
    float strength() {
        float best = 0;
        float here = energy(LONGEST);
        float there = energy(LONGEST - SHORTEST);
        for (int lag = SHORTEST; lag <= LONGEST; lag++) {
            float product = product(lag);
            if (product > 0) {
                best = Math.max(best, product * product / (here * there + 1));
            }
            if (lag < LONGEST) {
                float in = samples[LONGEST - lag - 1];
                float out = samples[LONGEST - lag - 1 + SPAN];
                there += in * in - out * out;
            }
        }
        return (float) Math.sqrt(best);
    }

    private float energy(int from) {
        float energy = 0;
        for (int i = from; i < from + SPAN; i++) {
            energy += samples[i] * samples[i];
        }
        return energy;
    }

    private float product(int lag) {
        float product = 0;
        for (int i = LONGEST; i < 2 * FRAME; i++) {
            product += samples[i] * samples[i - lag];
        }
        return product;
    }
}
