package dev.millrace.audio.vad;

import java.util.Arrays;

/**
 * How loud it is in each band when nobody speaks, and how much that wavers. It is learnt from frames without speech.
 * Noise that begins during the session, a fan, looks like speech at first; but speech falls silent for an instant every
 * few words and a fan does not, so what a band has not gone below for some seconds is taken for its floor.
 */
final class NoiseFloor {

    /** A noise that is louder than this from the first frame on is not believed to be one, dBFS. */
    private static final float LOUDEST_AT_START = -30;

    private static final float LEAST_DEVIATION = 1.5f;
    private static final float MOST_DEVIATION = 4.5f;

    /** Weight of one frame, once the floor is known. */
    private static final float SLOWEST = 0.03f;

    /** Frames of one stretch, of which the quietest instant is remembered: half a second. */
    private static final int STRETCH = 25;

    /** As many stretches are remembered. */
    private static final int STRETCHES = 5;

    private final float[] mean;
    private final float[] deviation;
    private final float[] smooth;
    private final float[][] quietest;
    private int frames;
    private int learnt;

    NoiseFloor(int bands) {
        mean = new float[bands];
        deviation = new float[bands];
        smooth = new float[bands];
        quietest = new float[STRETCHES][bands];
        Arrays.fill(deviation, 2.5f);
        for (float[] stretch : quietest) {
            Arrays.fill(stretch, Float.NEGATIVE_INFINITY);
        }
    }

    /** Whether there have been enough frames to judge by. */
    boolean isKnown() {
        return frames >= 5;
    }

    /** How far above the floor a band is, in deviations of its noise. */
    float excess(int band, float level) {
        return (level - mean[band]) / deviation[band];
    }

    /** @param levels of the bands, dBFS */
    void learn(float[] levels, boolean speech) {
        if (!isKnown()) {
            begin(levels);
        } else if (!speech) {
            follow(levels);
        } else {
            fall(levels);
        }
        rise(levels);
        frames++;
    }

    private void begin(float[] levels) {
        for (int b = 0; b < mean.length; b++) {
            mean[b] += (Math.min(levels[b], LOUDEST_AT_START) - mean[b]) / (frames + 1);
        }
    }

    private void follow(float[] levels) {
        float weight = Math.max(SLOWEST, 1f / (6 + learnt++));
        for (int b = 0; b < mean.length; b++) {
            float off = levels[b] - mean[b];
            float bounded = Math.max(-3 * deviation[b], Math.min(3 * deviation[b], off));
            mean[b] += weight * bounded;
            // 1.25 times the mean distance is the standard deviation of what is spread normally.
            deviation[b] += weight * (1.25f * Math.abs(bounded) - deviation[b]);
            deviation[b] = Math.max(LEAST_DEVIATION, Math.min(MOST_DEVIATION, deviation[b]));
        }
    }

    /** Whatever it is, the floor is not above it: a session may begin in the middle of a word. */
    private void fall(float[] levels) {
        for (int b = 0; b < mean.length; b++) {
            if (excess(b, levels[b]) < -3) {
                mean[b] += 0.2f * (levels[b] - mean[b]);
            }
        }
    }

    private void rise(float[] levels) {
        float[] stretch = quietest[frames / STRETCH % STRETCHES];
        boolean begins = frames % STRETCH == 0;
        for (int b = 0; b < mean.length; b++) {
            smooth[b] = frames == 0 ? levels[b] : smooth[b] + 0.3f * (levels[b] - smooth[b]);
            stretch[b] = begins ? smooth[b] : Math.min(stretch[b], smooth[b]);
        }
        if (frames % STRETCH == STRETCH - 1) {
            for (int b = 0; b < mean.length; b++) {
                mean[b] = Math.max(mean[b], lowest(b));
            }
        }
    }

    private float lowest(int band) {
        float lowest = Float.POSITIVE_INFINITY;
        for (float[] stretch : quietest) {
            lowest = Math.min(lowest, stretch[band]);
        }
        return lowest;
    }
}
