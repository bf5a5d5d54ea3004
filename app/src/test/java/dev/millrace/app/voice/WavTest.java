package dev.millrace.app.voice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.launch.Misuse;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WavTest {

    @TempDir
    Path folder;

    private static Buffer riff(int format, int channels, int rate, int bits, Buffer data) {
        return riff(format, channels, rate, bits, data, data.length());
    }

    private static Buffer riff(int format, int channels, int rate, int bits, Buffer data, int length) {
        return Buffer.buffer("RIFF")
                .appendIntLE(36 + length)
                .appendString("WAVEfmt ")
                .appendIntLE(16)
                .appendShortLE((short) format)
                .appendShortLE((short) channels)
                .appendIntLE(rate)
                .appendIntLE(rate * channels * bits / 8)
                .appendShortLE((short) (channels * bits / 8))
                .appendShortLE((short) bits)
                .appendString("data")
                .appendIntLE(length)
                .appendBuffer(data);
    }

    private static Buffer samples(int... all) {
        Buffer bytes = Buffer.buffer();
        for (int sample : all) {
            bytes.appendShortLE((short) sample);
        }
        return bytes;
    }

    private Wav read(Buffer bytes) throws Exception {
        return Wav.read(Files.write(folder.resolve("a.wav"), bytes.getBytes()));
    }

    private String refusal(Buffer bytes) {
        return String.valueOf(assertThrows(Misuse.class, () -> read(bytes)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 16_000, 24_000, 48_000})
    void aRateThatTheServerTakesStaysAsItIs(int rate) throws Exception {
        Wav wav = read(riff(1, 1, rate, 16, samples(1, -2, 32_767, -32_768)));
        assertEquals(rate, wav.rate());
        assertArrayEquals(new short[] {1, -2, 32_767, -32_768}, wav.pcm());
    }

    @ParameterizedTest
    @CsvSource({"44100, 441, 160", "22050, 2205, 1600", "11025, 1102, 1599", "32000, 320, 160"})
    void anyOtherRateBecomes16Kilohertz(int rate, int in, int out) throws Exception {
        Wav wav = read(riff(1, 1, rate, 16, samples(new int[in])));
        assertEquals(16_000, wav.rate());
        assertEquals(out, wav.pcm().length, 1);
    }

    @Test
    void twoChannelsAreAveraged() throws Exception {
        assertArrayEquals(
                new short[] {150, -32_768},
                read(riff(1, 2, 16_000, 16, samples(100, 200, -32_768, -32_768)))
                        .pcm());
    }

    @Test
    void muLawIsReadAsTelephonesWriteIt() throws Exception {
        Wav wav = read(riff(7, 1, 8_000, 8, Buffer.buffer(new byte[] {(byte) 0xff, 0, (byte) 0x80})));
        assertArrayEquals(new short[] {0, -32_124, 32_124}, wav.pcm());
    }

    @Test
    void theExtensibleFormOf16BitsIsTheSame() throws Exception {
        Buffer plain = riff(1, 1, 16_000, 16, samples(7, 8));
        Buffer extensible = plain.getBuffer(0, 16)
                .appendIntLE(40)
                .appendShortLE((short) 0xfffe)
                .appendBuffer(plain.getBuffer(22, 36))
                .appendShortLE((short) 22)
                .appendShortLE((short) 16)
                .appendIntLE(4)
                .appendShortLE((short) 1)
                .appendBytes(new byte[14])
                .appendBuffer(plain.getBuffer(36, plain.length()));
        assertArrayEquals(new short[] {7, 8}, read(extensible).pcm());
    }

    @Test
    void aLengthThatAPipeInventedIsNotBelieved() throws Exception {
        assertArrayEquals(
                new short[] {1, 2},
                read(riff(1, 1, 16_000, 16, samples(1, 2), 0x7ffff024)).pcm());
    }

    @Test
    void whatStandsBetweenTheFormatAndTheSoundIsPassedOver() throws Exception {
        Buffer plain = riff(1, 1, 16_000, 16, samples(5));
        Buffer commented = plain.getBuffer(0, 36)
                .appendString("LIST")
                .appendIntLE(3)
                .appendString("odd\0")
                .appendBuffer(plain.getBuffer(36, plain.length()));
        assertArrayEquals(new short[] {5}, read(commented).pcm());
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        Path file = folder.resolve("b.wav");
        new Wav(24_000, new short[] {1, -1, 300}).write(file);
        assertArrayEquals(riff(1, 1, 24_000, 16, samples(1, -1, 300)).getBytes(), Files.readAllBytes(file));
        assertArrayEquals(new short[] {1, -1, 300}, Wav.read(file).pcm());
    }

    @Test
    void whatCannotBeReadIsSaidWithWhatToDo() throws Exception {
        assertTrue(
                refusal(Buffer.buffer("ID3 an mp3 in truth")).contains("a.wav is no WAV file; make one with: ffmpeg"));
        assertTrue(refusal(riff(3, 1, 16_000, 32, Buffer.buffer(8)))
                .contains("holds 32 bits a sample in format 3; 16-bit PCM (1) and mu-law (7) are read; convert it"));
        assertTrue(refusal(riff(1, 1, 16_000, 24, Buffer.buffer(9))).contains("holds 24 bits a sample"));
        assertTrue(refusal(riff(1, 6, 16_000, 16, samples(1, 2, 3, 4, 5, 6))).contains("has 6 channels"));
        assertTrue(refusal(riff(1, 1, 4_000, 16, samples(1))).contains("has 4000 samples a second"));
        assertTrue(refusal(riff(1, 1, 16_000, 16, Buffer.buffer())).contains("its 'data' is empty"));
        assertTrue(refusal(Buffer.buffer("RIFF\0\0\0\0WAVE")).contains("there is no 'data'"));
        assertTrue(refusal(Buffer.buffer("RIFF\0\0\0\0WAVEdata\2\0\0\0ab")).contains("before its 'fmt '"));
        assertTrue(String.valueOf(assertThrows(Misuse.class, () -> Wav.read(folder.resolve("absent.wav")))
                        .getMessage())
                .endsWith("absent.wav cannot be read"));
    }
}
