package dev.millrace.app.voice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MicrophoneTest {

    private final List<Short> sent = new ArrayList<>();
    private final Microphone microphone = new Microphone(8_000, (pcm, count) -> {
        for (short sample : Arrays.copyOf(pcm, count)) {
            sent.add(sample);
        }
    });

    private static short[] ones(int count) {
        short[] pcm = new short[count];
        Arrays.fill(pcm, (short) 1);
        return pcm;
    }

    private long spoken() {
        return sent.stream().filter(sample -> sample != 0).count();
    }

    @Test
    void aFrameGoesEvery20Milliseconds() {
        for (long now = 1_000; now < 2_000; now++) {
            microphone.tick(now);
        }
        assertEquals(50 * 160, sent.size());
    }

    @Test
    void whatWasLateIsMadeUpFor() {
        microphone.tick(0);
        microphone.tick(1_000);
        assertEquals(51 * 160, sent.size());
    }

    @Test
    void oneThingIsSaidAfterTheOtherAndThenSilence() {
        microphone.say(ones(200));
        microphone.say(ones(100));
        microphone.tick(0);
        microphone.tick(40);
        assertEquals(3 * 160, sent.size());
        assertEquals(300, spoken());
        assertEquals(0, sent.get(300).intValue());
        assertEquals(20, microphone.silentMs());
        microphone.tick(240);
        assertEquals(220, microphone.silentMs());
        microphone.say(ones(1));
        assertEquals(0, microphone.silentMs());
    }
}
