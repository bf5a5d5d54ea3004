package dev.millrace.audio.vad;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.fixture.Recordings;
import dev.millrace.audio.fixture.Recordings.Recording;
import dev.millrace.audio.fixture.Sound.Noise;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent speaks, and hears itself after 120 to 220 ms, so many decibels softer, in a quiet room. */
class EchoGuardTest {

    private static final long SEED = 20261122;

    /** In which the guard may learn: before that, a person has to be as loud as the agent. */
    private static final int FIRST_WORDS = 3 * Vad.RATE;

    private final Random random = new Random(SEED);

    @ParameterizedTest(name = "an echo of {0} dB")
    @ValueSource(ints = {-6, -12, -20, -30})
    void the_agent_does_not_interrupt_itself(int decibels) {
        short[] agent = agent();
        short[] heard = echo(agent, decibels);

        assertEquals(0, stops(agent, heard, 0, new EchoGuard()), "with the guard, seed " + SEED);
        assertTrue(stops(agent, heard, 0, null) >= 10, "without the guard it does, seed " + SEED);
    }

    @ParameterizedTest(name = "an echo of {0} dB")
    @ValueSource(ints = {-20, -30})
    void a_person_who_speaks_up_is_heard_through_the_echo(int decibels) {
        short[] agent = agent();
        int found = 0;
        List<Recording> people = voices("en-us", "en-gb");
        for (Recording person : people) {
            short[] heard = echo(agent, decibels);
            int at = FIRST_WORDS + random.nextInt(agent.length - FIRST_WORDS - person.pcm().length);
            for (int i = 0; i < person.pcm().length; i++) {
                heard[at + i] = (short) Math.max(-32768, Math.min(32767, heard[at + i] + person.pcm()[i]));
            }
            found += stops(agent, heard, at, new EchoGuard()) > 0 ? 1 : 0;
        }
        System.out.printf("barge-in over an echo of %d dB: %d of %d, seed %d%n", decibels, found, people.size(), SEED);
        assertTrue(found >= people.size() * 0.9, found + " of " + people.size() + ", seed " + SEED);
    }

    @Test
    void what_is_heard_while_nothing_was_sent_passes() {
        EchoGuard guard = new EchoGuard();
        assertTrue(guard.admits(-90, Level.SILENCE));
    }

    private short[] agent() {
        List<Recording> spoken = voices("slt", "rms");
        int length =
                spoken.stream().mapToInt(recording -> recording.pcm().length).sum();
        short[] agent = new short[length / Vad.FRAME * Vad.FRAME];
        int at = 0;
        for (Recording recording : spoken) {
            int count = Math.min(recording.pcm().length, agent.length - at);
            System.arraycopy(recording.pcm(), 0, agent, at, count);
            at += count;
        }
        return agent;
    }

    private static List<Recording> voices(String... names) {
        List<Recording> chosen = new ArrayList<>();
        for (Recording recording : Recordings.all()) {
            if (List.of(names).contains(recording.voice())) {
                chosen.add(recording);
            }
        }
        return chosen;
    }

    /** The direct sound, two reflections, and the noise of a room. */
    private short[] echo(short[] sent, int decibels) {
        int delay = Vad.RATE * (120 + random.nextInt(100)) / 1000;
        double gain = Math.pow(10, decibels / 20.0);
        double[] room = Noise.PINK.make(sent.length, random);
        short[] heard = new short[sent.length];
        for (int i = 0; i < heard.length; i++) {
            double direct =
                    gain * (at(sent, i - delay) + 0.4 * at(sent, i - delay - 170) + 0.2 * at(sent, i - delay - 530));
            heard[i] = (short) Math.max(-32768, Math.min(32767, Math.round(direct + 33 * room[i])));
        }
        return heard;
    }

    private static double at(short[] pcm, int i) {
        return i < 0 ? 0 : pcm[i];
    }

    /** How often somebody was taken to speak from a sample on. */
    private static int stops(
            short[] sent, short[] heard, int from, @org.jspecify.annotations.Nullable EchoGuard guard) {
        Vad vad = new BandVad();
        Votes votes = new Votes(8, 10);
        int stops = 0;
        for (int at = 0; at + Vad.FRAME <= heard.length; at += Vad.FRAME) {
            boolean loud = guard == null || guard.admits(Level.of(heard, at, Vad.FRAME), Level.of(sent, at, Vad.FRAME));
            if (votes.take(vad.voiced(heard, at) && loud) && at >= from) {
                stops++;
                votes.clear();
            }
        }
        return stops;
    }
}
