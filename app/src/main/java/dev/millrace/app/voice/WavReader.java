package dev.millrace.app.voice;

import dev.millrace.audio.wire.Encoding;
import dev.millrace.launch.Misuse;
import io.vertx.core.buffer.Buffer;
import java.util.Set;

/**
 * Reads RIFF WAVE: 16 bits or mu-law, one channel or two, which are averaged. A rate that {@code audio.v1} has stays;
 * another one becomes 16 kHz. A length that says more than there is, as of a program that wrote into a pipe, is not
 * believed.
 */
final class WavReader {

    private static final Set<Integer> RATES = Set.of(8_000, 16_000, 24_000, 48_000);
    private static final int OTHERWISE = 16_000;
    private static final int LOWEST = 8_000;
    private static final int HIGHEST = 192_000;

    private static final int PCM = 1;
    private static final int MULAW = 7;
    private static final int EXTENSIBLE = 0xfffe;

    private final String name;
    private final Buffer bytes;
    private int channels;
    private int rate;
    private Encoding encoding = Encoding.PCM_S16LE;

    WavReader(String name, Buffer bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    Wav read() {
        if (bytes.length() < 12 || !text(0).equals("RIFF") || !text(8).equals("WAVE")) {
            throw new Misuse(name + " is no WAV file; make one with: ffmpeg -i " + name + " -ar 16000 -ac 1 out.wav");
        }
        for (int at = 12; at + 8 <= bytes.length(); ) {
            int begin = at + 8;
            long said = bytes.getUnsignedIntLE(at + 4);
            int length = (int) Math.min(said, bytes.length() - begin);
            switch (text(at)) {
                case "fmt " -> format(begin, length);
                case "data" -> {
                    return sound(begin, length);
                }
                default -> {} // a comment, a cue
            }
            at = (int) Math.min(bytes.length(), begin + said + (said & 1));
        }
        throw new Misuse(name + " has no sound: there is no 'data' in it");
    }

    private String text(int at) {
        return bytes.getString(at, at + 4, "ISO-8859-1");
    }

    private void format(int at, int length) {
        if (length < 16) {
            throw new Misuse(name + " is broken: its 'fmt ' has " + length + " bytes, and 16 are needed");
        }
        int code = bytes.getUnsignedShortLE(at);
        if (code == EXTENSIBLE && length >= 26) {
            code = bytes.getUnsignedShortLE(at + 24);
        }
        channels = bytes.getUnsignedShortLE(at + 2);
        rate = bytes.getIntLE(at + 4);
        int bits = bytes.getUnsignedShortLE(at + 14);
        if (!(code == PCM && bits == 16) && !(code == MULAW && bits == 8)) {
            throw unreadable(
                    "holds " + bits + " bits a sample in format " + code + "; 16-bit PCM (1) and mu-law (7) are read");
        }
        if (channels < 1 || channels > 2) {
            throw unreadable("has " + channels + " channels; 1 and 2 are read");
        }
        if (rate < LOWEST || rate > HIGHEST) {
            throw unreadable("has " + rate + " samples a second; from 8000 to 192000 are read");
        }
        encoding = code == PCM ? Encoding.PCM_S16LE : Encoding.MULAW;
    }

    private Misuse unreadable(String why) {
        return new Misuse(
                name + " " + why + "; convert it with: ffmpeg -i " + name + " -ar 16000 -ac 1 -c:a pcm_s16le out.wav");
    }

    private Wav sound(int at, int length) {
        if (channels == 0) {
            throw new Misuse(name + " is broken: its sound comes before its 'fmt '");
        }
        int count = length / (encoding.bytes() * channels);
        if (count == 0) {
            throw new Misuse(name + " has no sound: its 'data' is empty");
        }
        short[] all = new short[count * channels];
        encoding.decode(bytes, at, all, all.length);
        short[] mono = channels == 1 ? all : averaged(all);
        Wav read = new Wav(rate, mono);
        return RATES.contains(rate) ? read : read.at(OTHERWISE);
    }

    private static short[] averaged(short[] both) {
        short[] mono = new short[both.length / 2];
        for (int i = 0; i < mono.length; i++) {
            mono[i] = (short) ((both[2 * i] + both[2 * i + 1]) / 2);
        }
        return mono;
    }
}
