package dev.millrace.bench;

import com.sun.management.ThreadMXBean;
import dev.millrace.app.voice.Wav;
import dev.millrace.audio.vad.BandVad;
import dev.millrace.audio.vad.Vad;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Random;

/** What the detector of voices costs a frame: processor time of its thread, and bytes that it allocates. */
final class VadCost {

    private static final int FRAMES = 50_000;
    private static final int WARM_UP_ROUNDS = 3;
    private static final int NOISE = 300;

    private final short[] sound;

    /** @param spoken a sentence at 16 kHz; it is heard in soft noise, again and again */
    VadCost(Path spoken) {
        short[] words = Wav.read(spoken).at(Vad.RATE).pcm();
        sound = new short[(2 * words.length / Vad.FRAME + 1) * Vad.FRAME];
        Random random = new Random(1);
        for (int i = 0; i < sound.length; i++) {
            double sample = (i < words.length ? words[i] : 0) + NOISE * random.nextGaussian();
            sound[i] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, sample));
        }
    }

    /** @param micros of processor time @param bytes allocated; both of a frame */
    record Cost(double micros, double bytes) {}

    Cost measure() {
        Vad vad = new BandVad();
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            listen(vad);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long me = Thread.currentThread().getId();
        long bytes = threads.getThreadAllocatedBytes(me);
        long unnoticed = threads.getThreadAllocatedBytes(me) - bytes; // what asking itself allocates
        long nanos = threads.getCurrentThreadCpuTime();
        bytes = threads.getThreadAllocatedBytes(me);
        listen(vad);
        long allocated = threads.getThreadAllocatedBytes(me) - bytes - unnoticed;
        return new Cost(
                (threads.getCurrentThreadCpuTime() - nanos) / 1e3 / FRAMES, Math.max(0, allocated) / (double) FRAMES);
    }

    private int listen(Vad vad) {
        int voiced = 0;
        for (int frame = 0; frame < FRAMES; frame++) {
            voiced += vad.voiced(sound, frame * Vad.FRAME % sound.length) ? 1 : 0;
        }
        return voiced;
    }
}
