package dev.millrace.audio.vad;

/** How loud sound is, in decibels below full scale. */
public final class Level {

    /** Of nothing at all: below the quietest sample that 16 bits can hold. */
    public static final float SILENCE = -100;

    private static final float FULL_SCALE = 32768f * 32768f;

    private Level() {}

    /** The level of a stretch of samples, from {@link #SILENCE} to 0. */
    public static float of(short[] pcm, int from, int length) {
        float sum = 0;
        for (int i = from; i < from + length; i++) {
            sum += (float) pcm[i] * pcm[i];
        }
        return sum == 0 ? SILENCE : (float) (10 * Math.log10(sum / length / FULL_SCALE));
    }
}
