package dev.millrace.app.voice;

import dev.millrace.audio.wire.Encoding;
import dev.millrace.audio.wire.Resampler;
import dev.millrace.launch.Misuse;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Sound in one channel.
 *
 * @param rate samples a second
 * @param pcm signed samples of 16 bits
 */
public record Wav(int rate, short[] pcm) {

    private static final int HEADER = 44;
    private static final int PCM = 1;
    private static final long MOST_BYTES = 256L << 20;

    /**
     * Reads a file as {@link WavReader} does.
     *
     * @throws Misuse naming the file and what is wrong with it
     */
    public static Wav read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new Misuse(file + " has more than 256 MiB; cut it into shorter recordings");
            }
            return new WavReader(file.toString(), Buffer.buffer(Files.readAllBytes(file))).read();
        } catch (IOException e) {
            throw new Misuse("the file " + file + " cannot be read");
        }
    }

    /** Writes 16 bits a sample, one channel. */
    public void write(Path file) throws IOException {
        int bytes = 2 * pcm.length;
        Buffer all = Buffer.buffer(HEADER + bytes)
                .appendString("RIFF")
                .appendIntLE(HEADER - 8 + bytes)
                .appendString("WAVEfmt ")
                .appendIntLE(16)
                .appendShortLE((short) PCM)
                .appendShortLE((short) 1)
                .appendIntLE(rate)
                .appendIntLE(2 * rate)
                .appendShortLE((short) 2)
                .appendShortLE((short) 16)
                .appendString("data")
                .appendIntLE(bytes);
        Encoding.PCM_S16LE.encode(pcm, 0, pcm.length, all);
        Files.write(file, all.getBytes());
    }

    /** The same sound with so many samples a second. */
    public Wav at(int wanted) {
        if (wanted == rate) {
            return this;
        }
        Resampler resampler = new Resampler(rate, wanted);
        short[] out = new short[resampler.most(pcm.length)];
        return new Wav(wanted, Arrays.copyOf(out, resampler.take(pcm, 0, pcm.length, out)));
    }

    /** How long it lasts. */
    public long millis() {
        return pcm.length * 1000L / rate;
    }
}
