package dev.millrace.audio.vad;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.millrace.audio.fixture.Sound;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AllocationTest {

    /** Fifty frames a second in five hundred sessions: what one frame allocates, the collector pays for 25,000 times. */
    @Test
    void a_frame_allocates_nothing() {
        short[] pcm = Sound.at(Sound.typing(20 * Vad.RATE, new Random(5)), -25);
        Vad vad = new BandVad();
        EchoGuard guard = new EchoGuard();
        Votes votes = new Votes(8, 10);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        run(pcm, vad, guard, votes); // classes are loaded once
        threads.getThreadAllocatedBytes(thread);

        long before = threads.getThreadAllocatedBytes(thread);
        int voiced = run(pcm, vad, guard, votes);
        long allocated = threads.getThreadAllocatedBytes(thread) - before;

        assertEquals(0, allocated, "bytes in 1,000 frames, of which " + voiced + " were enough");
    }

    private static int run(short[] pcm, Vad vad, EchoGuard guard, Votes votes) {
        int enough = 0;
        for (int at = 0; at + Vad.FRAME <= pcm.length; at += Vad.FRAME) {
            boolean loud = guard.admits(Level.of(pcm, at, Vad.FRAME), -30);
            enough += votes.take(vad.voiced(pcm, at) && loud) ? 1 : 0;
        }
        return enough;
    }
}
