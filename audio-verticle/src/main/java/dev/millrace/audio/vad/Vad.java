package dev.millrace.audio.vad;

/**
 * Voice activity detection: says of each frame whether somebody speaks in it. What follows from several frames is for
 * the turn detector. One instance per session, on one thread; it has no clock, so the same samples give the same answers.
 */
public interface Vad {

    /** Samples per second. */
    int RATE = 16_000;

    /** Samples in a frame: 20 ms. */
    int FRAME = RATE / 50;

    /**
     * Takes the next frame. A detector whose own frames are longer answers with what it knows so far.
     *
     * @param pcm signed samples; {@link #FRAME} of them are read, and none is kept or changed
     * @param from index of the frame's first sample
     */
    boolean voiced(short[] pcm, int from);
}
