package dev.millrace.audio.vad;

/**
 * How sound is spread over the last two frames. A voice fills them; a key that is struck leaves nearly all of its energy
 * in one or two stretches of 5 ms.
 */
final class Envelope {

    private static final int STRETCH = Vad.FRAME / 4;
    private static final int IN_A_FRAME = Vad.FRAME / STRETCH;

    private final float[] energy = new float[2 * IN_A_FRAME];

    /** Every frame must pass here, asked about or not. */
    void take(short[] pcm, int from) {
        System.arraycopy(energy, IN_A_FRAME, energy, 0, IN_A_FRAME);
        for (int s = 0; s < IN_A_FRAME; s++) {
            float sum = 0;
            for (int i = from + s * STRETCH; i < from + (s + 1) * STRETCH; i++) {
                sum += (float) pcm[i] * pcm[i];
            }
            energy[IN_A_FRAME + s] = sum;
        }
    }

    /** The share of the two loudest stretches, from a quarter, when all eight are alike, to 1. */
    float concentration() {
        float first = 0;
        float second = 0;
        float sum = 1;
        for (float e : energy) {
            sum += e;
            second = e > first ? first : Math.max(second, e);
            first = Math.max(first, e);
        }
        return (first + second) / sum;
    }
}
