package dev.millrace.audio.vad;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.fixture.Recordings;
import dev.millrace.audio.fixture.Recordings.Recording;
import dev.millrace.audio.fixture.Sound;
import dev.millrace.audio.fixture.Sound.Noise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How long after its first sample speech is noticed, in samples: from the first 5 ms that come within 30 dB of the
 * loudest, to the end of the frame that decides. What comes before that is under the noise at 20 dB.
 */
class OnsetTest {

    private static final long SEED = 20261120;
    private static final int ROUNDS = 3;

    /** Three seconds of noise come first, and up to a frame more, so that words begin anywhere in a frame. */
    private static final int LEAD = 3 * Vad.RATE;

    private final Random random = new Random(SEED);
    private final List<Integer> pauses = new ArrayList<>();
    private final List<Integer> stops = new ArrayList<>();

    @ParameterizedTest(name = "{0} at {1} dB")
    @CsvSource({"NONE, 60", "WHITE, 20", "WHITE, 30", "PINK, 20", "PINK, 30", "HUM, 20"})
    void speech_is_noticed_within_120_ms_and_confirmed_within_250_ms(Noise noise, double snr) {
        listen(noise, snr);
        report(noise, snr);

        assertTrue(percentile(pauses, 95) <= 120, "3 of 3 after " + percentile(pauses, 95) + " ms, seed " + SEED);
        assertTrue(percentile(stops, 95) <= 250, "8 of 10 after " + percentile(stops, 95) + " ms, seed " + SEED);
    }

    @ParameterizedTest(name = "{0} at {1} dB")
    @CsvSource({"WHITE, 10", "PINK, 10", "HUM, 10", "WHITE, 5", "PINK, 5"})
    void no_utterance_is_missed_in_louder_noise(Noise noise, double snr) {
        listen(noise, snr);
        report(noise, snr);

        assertTrue(percentile(stops, 95) <= 500, "8 of 10 after " + percentile(stops, 95) + " ms, seed " + SEED);
    }

    private void listen(Noise noise, double snr) {
        List<Recording> recordings = Recordings.all();
        for (int round = 0; round < ROUNDS; round++) {
            recordings.forEach(recording -> listen(recording, noise, snr));
        }
        assertEquals(ROUNDS * recordings.size(), pauses.size(), "utterances noticed, seed " + SEED);
        assertEquals(ROUNDS * recordings.size(), stops.size(), "utterances confirmed, seed " + SEED);
    }

    private void listen(Recording recording, Noise noise, double snr) {
        int lead = LEAD + random.nextInt(Vad.FRAME);
        short[] pcm = Sound.mix(recording.pcm(), lead, noise.make(lead + recording.pcm().length, random), snr);
        int onset = lead + recording.onset();
        Vad vad = new BandVad();
        Votes begun = new Votes(3, 3);
        Votes confirmed = new Votes(8, 10);
        boolean paused = false;
        for (int at = 0; at + Vad.FRAME <= pcm.length; at += Vad.FRAME) {
            boolean voiced = vad.voiced(pcm, at);
            int since = (at + Vad.FRAME - onset) * 1000 / Vad.RATE;
            // What is 30 dB below the loudest can be heard in silence: it may be noticed before it counts.
            if (begun.take(voiced) && since > -200 && !paused) {
                paused = true;
                pauses.add(Math.max(0, since));
            }
            if (confirmed.take(voiced) && since > 0) {
                stops.add(since);
                return;
            }
        }
    }

    private void report(Noise noise, double snr) {
        System.out.printf(
                "onset in %s at %.0f dB: 3 of 3 p50 %d p95 %d ms, 8 of 10 p50 %d p95 %d ms, seed %d%n",
                noise,
                snr,
                percentile(pauses, 50),
                percentile(pauses, 95),
                percentile(stops, 50),
                percentile(stops, 95),
                SEED);
    }

    private static int percentile(List<Integer> values, int percent) {
        List<Integer> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get((int) Math.ceil(sorted.size() * percent / 100.0) - 1);
    }
}
