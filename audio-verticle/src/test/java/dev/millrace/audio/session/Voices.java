package dev.millrace.audio.session;

import java.util.Random;

/** What people say, at 16 kHz. */
final class Voices {

    /** Length of {@link #twice}. */
    static final int MILLIS = 7_000;

    private Voices() {}

    /** One turn, and the silence that ends it. */
    static short[] once() {
        return java.util.Arrays.copyOf(twice(), 2_000 * 16);
    }

    /** Two turns, with time for an answer after each. */
    static short[] twice() {
        short[] pcm = new short[MILLIS * 16];
        buzz(pcm, 500, 700, 120);
        buzz(pcm, 4_300, 600, 105);
        Random random = new Random(5);
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] += (short) (8 * random.nextGaussian());
        }
        return pcm;
    }

    /** A tone with its overtones, as vowels are. */
    private static void buzz(short[] pcm, int fromMs, int millis, int hertz) {
        for (int i = 0; i < millis * 16; i++) {
            double sample = 0;
            for (int h = 1; h <= 25; h++) {
                sample += Math.sin(2 * Math.PI * hertz * h * i / 16_000 + h * h) / Math.sqrt(h);
            }
            pcm[fromMs * 16 + i] += (short) (1800 * sample);
        }
    }
}
