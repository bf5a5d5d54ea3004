package dev.millrace.audio.vad;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.fixture.Sound;
import dev.millrace.audio.fixture.Sound.Noise;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not speech, counted in frames. Speech in the recordings is at about -20 dBFS, so -30 is 10 dB below it. */
class FalseAlarmTest {

    private static final long SEED = 20261121;
    private static final int TEN_MINUTES = 600 * Vad.RATE;

    private final Random random = new Random(SEED);

    @ParameterizedTest(name = "{0} at {1} dBFS")
    @CsvSource({"NONE, -100", "WHITE, -30", "WHITE, -50", "PINK, -30", "PINK, -40", "PINK, -50", "HUM, -30", "HUM, -50"
    })
    void ten_minutes_of_steady_noise_stop_nobody(Noise noise, double dbfs) {
        short[] pcm = Sound.at(noise.make(TEN_MINUTES, random), dbfs);

        assertEquals(0, alarms(pcm, new Votes(8, 10)), "confirmed, seed " + SEED);
        assertTrue(alarms(pcm, new Votes(3, 3)) <= 1, "begun, seed " + SEED);
    }

    @ParameterizedTest(name = "{0} dB below speech")
    @CsvSource({"10", "15", "20"})
    void a_keyboard_stops_nobody_more_than_once_a_minute(int below) {
        double[] sound = Sound.typing(TEN_MINUTES, random);
        double[] room = Noise.PINK.make(TEN_MINUTES, random);
        for (int i = 0; i < sound.length; i++) {
            sound[i] += room[i] * 0.05;
        }
        short[] pcm = Sound.at(sound, -20 - below);
        int stops = alarms(pcm, new Votes(8, 10));
        System.out.printf(
                "keyboard %d dB below speech: %.1f pauses and %.1f stops a minute, seed %d%n",
                below, alarms(pcm, new Votes(3, 3)) / 10.0, stops / 10.0, SEED);

        assertTrue(stops <= 10, stops + " stops in ten minutes, seed " + SEED);
    }

    @Test
    void a_fan_that_starts_is_noise_after_three_seconds_and_stays_noise() {
        short[] pcm = Sound.at(Noise.PINK.make(20 * Vad.RATE, random), -35);
        for (int i = 0; i < 5 * Vad.RATE; i++) {
            pcm[i] /= 100;
        }
        Vad vad = new BandVad();
        Votes begun = new Votes(3, 3);
        boolean alarm = false;
        for (int at = 0; at + Vad.FRAME <= pcm.length; at += Vad.FRAME) {
            alarm |= begun.take(vad.voiced(pcm, at)) && at > 8.5 * Vad.RATE;
        }
        assertFalse(alarm, "seed " + SEED);
    }

    @Test
    void the_same_samples_give_the_same_answers() {
        short[] pcm = Sound.at(Sound.typing(10 * Vad.RATE, random), -30);
        Vad first = new BandVad();
        Vad second = new BandVad();
        for (int at = 0; at + Vad.FRAME <= pcm.length; at += Vad.FRAME) {
            assertEquals(first.voiced(pcm, at), second.voiced(pcm, at), "frame at " + at);
        }
    }

    @Test
    void samples_as_large_as_can_be_break_nothing() {
        short[] pcm = new short[Vad.RATE];
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] = i / 40 % 2 == 0 ? Short.MAX_VALUE : Short.MIN_VALUE;
        }
        Vad vad = new BandVad();
        for (int at = 0; at + Vad.FRAME <= pcm.length; at += Vad.FRAME) {
            vad.voiced(pcm, at);
        }
        for (int frame = 0; frame < 20; frame++) {
            boolean voiced = vad.voiced(new short[Vad.FRAME], 0);
            assertFalse(frame > 10 && voiced, "silence after it, frame " + frame);
        }
    }

    /** How often enough frames come together; each time the count begins anew. */
    private static int alarms(short[] pcm, Votes votes) {
        Vad vad = new BandVad();
        int alarms = 0;
        for (int at = 0; at + Vad.FRAME <= pcm.length; at += Vad.FRAME) {
            if (votes.take(vad.voiced(pcm, at))) {
                alarms++;
                votes.clear();
            }
        }
        return alarms;
    }
}
