package dev.millrace.audio.vad;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.audio.fixture.Sound;
import dev.millrace.audio.fixture.Sound.Noise;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpectrumTest {

    @Test
    void it_is_what_the_definition_of_the_transform_gives() {
        short[] pcm = Sound.at(Noise.PINK.make(Vad.FRAME, new Random(11)), -20);

        float[] power = new Spectrum().of(pcm, 0);

        for (int k = 0; k < 256; k++) {
            assertEquals(byDefinition(pcm, k), power[k], 1e-7, "line " + k);
        }
    }

    @Test
    void its_lines_sum_to_the_mean_square_of_noise() {
        Random random = new Random(12);
        Spectrum spectrum = new Spectrum();
        double sum = 0;
        for (int frame = 0; frame < 500; frame++) {
            short[] pcm = Sound.at(Noise.WHITE.make(Vad.FRAME, random), -20);
            for (float line : spectrum.of(pcm, 0)) {
                sum += line / 500;
            }
        }
        assertEquals(-20, 10 * Math.log10(sum), 0.2);
    }

    private static double byDefinition(short[] pcm, int k) {
        double re = 0;
        double im = 0;
        double norm = 0;
        for (int i = 0; i < Vad.FRAME; i++) {
            double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 0.5) / Vad.FRAME);
            norm += hann * hann;
            re += hann * pcm[i] / 32768 * Math.cos(2 * Math.PI * k * i / 512);
            im -= hann * pcm[i] / 32768 * Math.sin(2 * Math.PI * k * i / 512);
        }
        return (re * re + im * im) * 2 / (norm * 512);
    }
}
