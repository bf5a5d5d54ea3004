package dev.millrace.audio.vad;

import java.util.Arrays;

/**
 * Keeps the agent from interrupting itself where its own speech comes back through the microphone. What is heard counts
 * only when it is louder than an echo can be: than the loudest of what was sent lately, by the coupling of loudspeaker and
 * microphone, and by a margin. The coupling is learnt while the agent speaks.
 *
 * <p>The price is that a person must be louder than the echo too. Beside a loud open loudspeaker that is a shout; with
 * echo cancellation at the client the guard is not needed. Counted in frames, without a clock.
 */
public final class EchoGuard {

    /** An echo comes back within this many frames of its sending: half a second of network, buffer and room. */
    private static final int MEMORY = 25;

    private static final float MARGIN = 5;

    /** What is taken for the coupling before there was an echo: as loud in the microphone as it was sent. */
    private static final float UNKNOWN = 0;

    /** Below this nothing that was sent can be told from noise in the microphone, dBFS. */
    private static final float INAUDIBLE = -50;

    /** Softer than this, its echo drowns in the noise of the room, which would be learnt for it. */
    private static final float TEACHES = -35;

    /** A person is not loud in every frame of a word: one loud frame speaks for those that follow it. */
    private static final int HOLD = 6;

    /** Frames with an echo in one stretch of learning, and how many stretches are remembered. */
    private static final int STRETCH = 50;

    private static final int STRETCHES = 4;

    /** A louder loudspeaker looks like a person at first. It is learnt by so much a frame, 2.5 dB a second. */
    private static final float CREEP = 0.05f;

    private final float[] sent = new float[MEMORY];
    private final float[] coupling = new float[STRETCHES];
    private int frames;
    private int echoes;
    private int held;
    private float learnt = UNKNOWN;

    public EchoGuard() {
        Arrays.fill(sent, Level.SILENCE);
        Arrays.fill(coupling, Float.NEGATIVE_INFINITY);
    }

    /**
     * Takes a frame.
     *
     * @param heard its level in the microphone, dBFS
     * @param sending level of what is sent meanwhile, dBFS; {@link Level#SILENCE} when nothing is
     * @return whether it is too loud for an echo
     */
    public boolean admits(float heard, float sending) {
        sent[frames++ % MEMORY] = sending;
        float loudest = Level.SILENCE;
        for (float level : sent) {
            loudest = Math.max(loudest, level);
        }
        if (loudest < INAUDIBLE) {
            return true;
        }
        float off = heard - loudest;
        boolean admitted = off > learnt + MARGIN;
        if (loudest >= TEACHES) {
            // A person's softer frames are not admitted and are no echo either, so no frame teaches much.
            learn(Math.min(off, learnt + CREEP));
        }
        held = admitted ? HOLD : Math.max(0, held - 1);
        return held > 0;
    }

    private void learn(float off) {
        int stretch = echoes / STRETCH % STRETCHES;
        coupling[stretch] = echoes % STRETCH == 0 ? off : Math.max(coupling[stretch], off);
        echoes++;
        if (echoes >= STRETCH) {
            learnt = Float.NEGATIVE_INFINITY;
            for (float known : coupling) {
                learnt = Math.max(learnt, known);
            }
        } else {
            learnt = Math.max(learnt, off);
        }
    }
}
