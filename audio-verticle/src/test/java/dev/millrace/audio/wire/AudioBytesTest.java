package dev.millrace.audio.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioBytesTest {

    @Test
    void a_header_is_sixteen_bytes_the_lower_first() {
        Buffer bytes =
                new FrameHeader(FrameHeader.DOWN, FrameHeader.END, 0x0203, 0xfffffffeL, 0x0102030405060708L).toBuffer();
        assertArrayEquals(
                new byte[] {0x11, 1, 3, 2, (byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 8, 7, 6, 5, 4, 3, 2, 1},
                bytes.getBytes());
    }

    @Test
    void a_header_that_comes_up_is_read_back() {
        FrameHeader sent = new FrameHeader(FrameHeader.UP, FrameHeader.REPLAYED, 0, 7, 320);
        assertEquals(sent, FrameHeader.up(sent.toBuffer()));
    }

    @ParameterizedTest
    @CsvSource({"0x11, 0, 0, 0", "0x10, 16, 0, 0", "0x10, 0, 1, 0", "0x10, 0, 0, -1"})
    void a_header_that_cannot_come_up_is_refused(String kind, int flags, int speech, long pts) {
        Buffer bytes = new FrameHeader(Integer.decode(kind), flags, speech, 1, pts).toBuffer();
        WrongMessage wrong = assertThrows(WrongMessage.class, () -> FrameHeader.up(bytes));
        assertEquals(CloseCode.BAD_MESSAGE, wrong.close());
        assertThrows(WrongMessage.class, () -> FrameHeader.up(Buffer.buffer(new byte[15])));
    }

    @Test
    void pcm_is_two_bytes_the_lower_first() {
        Buffer bytes = Buffer.buffer();
        Encoding.PCM_S16LE.encode(new short[] {0, 1, -2, 0x1234}, 1, 3, bytes);
        assertArrayEquals(new byte[] {1, 0, (byte) 0xfe, (byte) 0xff, 0x34, 0x12}, bytes.getBytes());
        short[] pcm = new short[2];
        Encoding.PCM_S16LE.decode(bytes, 2, pcm, 2);
        assertArrayEquals(new short[] {-2, 0x1234}, pcm);
    }

    /** Values of the tables of G.711. */
    @ParameterizedTest
    @CsvSource({"0xff, 0", "0x7f, 0", "0x80, 32124", "0x00, -32124", "0xf0, 120", "0x8f, 16764", "0xaa, 5372"})
    void mu_law_is_that_of_the_recommendation(String coded, short sample) {
        assertEquals(sample, MuLaw.decode(Integer.decode(coded).byteValue()));
    }

    @Test
    void mu_law_comes_back_within_a_step_of_its_loudness() {
        for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
            int back = MuLaw.decode(MuLaw.encode((short) sample));
            assertTrue(Math.abs(back - sample) <= Math.max(4, Math.abs(sample) / 24 + 4), sample + " became " + back);
        }
        for (int coded = 0; coded < 256; coded++) {
            short sample = MuLaw.decode((byte) coded);
            assertEquals(sample, MuLaw.decode(MuLaw.encode(sample)), "code " + coded);
        }
    }

    @ParameterizedTest(name = "{2} Hz from {0} to {1}")
    @CsvSource({
        "8000, 16000, 1000", "8000, 16000, 3000", "16000, 16000, 1000", "24000, 16000, 1000", "24000, 16000, 6500",
        "48000, 16000, 440", "48000, 16000, 6500", "22050, 16000, 3000", "16000, 8000, 1000", "16000, 48000, 6500",
        "16000, 24000, 300", "22050, 48000, 8000"
    })
    void a_tone_keeps_its_pitch_and_its_level_and_nothing_is_added(int from, int to, int hertz) {
        short[] out = resample(tone(from, hertz), from, to);
        double level = level(out, to, hertz);
        assertEquals(10_000, level, 250, "level");
        double rest = 0;
        for (int i = to / 10; i < out.length; i++) {
            rest += (double) out[i] * out[i];
        }
        double total = Math.sqrt(2 * rest / (out.length - to / 10));
        double others = Math.sqrt(Math.max(0, total * total - level * level));
        assertTrue(others < 10_000 * 0.012, "what is not the tone: " + others);
    }

    @ParameterizedTest(name = "{2} Hz from {0} to {1}")
    @CsvSource({
        "48000, 16000, 9500",
        "48000, 16000, 15000",
        "24000, 16000, 10000",
        "16000, 8000, 5000",
        "22050, 16000, 9500"
    })
    void a_tone_that_the_other_rate_cannot_have_is_gone(int from, int to, int hertz) {
        short[] out = resample(tone(from, hertz), from, to);
        double loudest = 0;
        for (int i = to / 10; i < out.length; i++) {
            loudest = Math.max(loudest, Math.abs(out[i]));
        }
        assertTrue(loudest < 10_000 * 0.01, "left of it: " + loudest);
    }

    @Test
    void frames_are_the_same_however_the_sound_is_cut() {
        long seed = 99;
        Random random = new Random(seed);
        short[] sound = tone(24_000, 700);
        List<short[]> whole = frames(sound, sound.length, random);
        for (int round = 0; round < 20; round++) {
            List<short[]> cut = frames(sound, 1 + random.nextInt(2000), random);
            assertEquals(whole.size(), cut.size(), "seed " + seed);
            for (int f = 0; f < cut.size(); f++) {
                assertArrayEquals(whole.get(f), cut.get(f), "frame " + f + ", seed " + seed);
            }
        }
        assertEquals(49, whole.size(), 1);
    }

    private static List<short[]> frames(short[] sound, int most, Random random) {
        FrameCutter cutter = new FrameCutter(24_000, 16_000);
        List<short[]> frames = new ArrayList<>();
        for (int at = 0; at < sound.length; ) {
            int count = Math.min(sound.length - at, most == sound.length ? most : 1 + random.nextInt(most));
            short[] part = new short[count];
            System.arraycopy(sound, at, part, 0, count);
            cutter.take(part, count, frame -> frames.add(frame.clone()));
            at += count;
        }
        return frames;
    }

    private static short[] tone(int rate, int hertz) {
        short[] pcm = new short[rate];
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] = (short) Math.round(10_000 * Math.sin(2 * Math.PI * hertz * i / rate));
        }
        return pcm;
    }

    private static short[] resample(short[] in, int from, int to) {
        Resampler resampler = new Resampler(from, to);
        short[] out = new short[resampler.most(in.length)];
        int count = resampler.take(in, 0, in.length, out);
        assertEquals(to, count, 2);
        short[] exact = new short[count];
        System.arraycopy(out, 0, exact, 0, count);
        return exact;
    }

    /** Amplitude at a frequency, by its definition, without the filter's beginning. */
    private static double level(short[] pcm, int rate, int hertz) {
        double re = 0;
        double im = 0;
        int first = rate / 10;
        for (int i = first; i < pcm.length; i++) {
            re += pcm[i] * Math.cos(2 * Math.PI * hertz * i / rate);
            im += pcm[i] * Math.sin(2 * Math.PI * hertz * i / rate);
        }
        return 2 * Math.sqrt(re * re + im * im) / (pcm.length - first);
    }
}
