package dev.millrace.audio.speech;

import dev.millrace.audio.wire.Encoding;
import dev.millrace.audio.wire.Resampler;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of somebody's audio, with or without a RIFF header and cut anywhere, as samples at our rate. The sizes in a header
 * are not believed: who writes to a pipe does not know them yet, and puts something there. For one thread.
 */
public final class PcmStream {

    /** A header that is longer holds no sound that we know. */
    private static final int MAX_HEADER_BYTES = 4_096;

    private static final int CHUNK_HEADER_BYTES = 8;
    private static final int RIFF_HEADER_BYTES = 12;
    private static final int PCM = 1;
    private static final int EXTENSIBLE = 0xfffe;

    private final String engine;
    private final int rate;
    private final int assumedRate;
    private final Consumer<Buffer> samples;
    private Buffer head = Buffer.buffer();
    private boolean begun;
    private @Nullable Resampler resampler;
    private Buffer half = Buffer.buffer();

    /**
     * @param engine for messages
     * @param assumedRate samples a second of what has no header
     * @param rate samples a second of what is given on
     * @param samples takes s16le, within {@link #feed}
     */
    public PcmStream(String engine, int assumedRate, int rate, Consumer<Buffer> samples) {
        this.engine = engine;
        this.assumedRate = assumedRate;
        this.rate = rate;
        this.samples = samples;
    }

    /**
     * Takes what comes.
     *
     * @throws SpeechFailure if it is no PCM of 16 bits in one channel
     */
    public void feed(Buffer bytes) {
        if (begun) {
            give(bytes);
            return;
        }
        head.appendBuffer(bytes);
        int data = dataStart();
        if (data >= 0) {
            begun = true;
            Buffer first = head.getBuffer(data, head.length());
            head = Buffer.buffer();
            give(first);
        }
    }

    /** There is no more: what is too short for a header is sound. */
    public void end() {
        if (!begun && head.length() > 0 && !looksLikeRiff()) {
            begin(assumedRate);
            give(head);
        }
    }

    private boolean looksLikeRiff() {
        return head.length() >= 4 && head.getString(0, 4, "ISO-8859-1").equals("RIFF");
    }

    /** Where the samples begin; less than 0 while that is not clear. */
    private int dataStart() {
        if (head.length() < 4) {
            return -1;
        }
        if (!looksLikeRiff()) {
            begin(assumedRate);
            return 0;
        }
        int at = RIFF_HEADER_BYTES;
        while (at + CHUNK_HEADER_BYTES <= head.length()) {
            String id = head.getString(at, at + 4, "ISO-8859-1");
            int start = at + CHUNK_HEADER_BYTES;
            if (id.equals("data")) {
                return start;
            }
            long size = head.getUnsignedIntLE(at + 4);
            if (size > MAX_HEADER_BYTES) {
                throw SpeechFailure.broken(engine + " sent a RIFF header that has no end.");
            }
            if (id.equals("fmt ") && start + 16 <= head.length()) {
                readFormat(start);
            }
            at = start + (int) (size + (size & 1));
        }
        if (head.length() > MAX_HEADER_BYTES) {
            throw SpeechFailure.broken(engine + " sent a RIFF header without samples behind it.");
        }
        return -1;
    }

    private void readFormat(int at) {
        int format = head.getUnsignedShortLE(at);
        int channels = head.getUnsignedShortLE(at + 2);
        int bits = head.getUnsignedShortLE(at + 14);
        if ((format != PCM && format != EXTENSIBLE) || channels != 1 || bits != Short.SIZE) {
            throw SpeechFailure.broken(engine + " sent " + bits + " bits in " + channels + " channels (format " + format
                    + "), and not PCM of 16 bits in one.");
        }
        begin((int) head.getUnsignedIntLE(at + 4));
    }

    private void begin(int from) {
        if (from < 1_000 || from > 192_000) {
            throw SpeechFailure.broken(engine + " sent " + from + " samples a second.");
        }
        resampler = from == rate ? null : new Resampler(from, rate);
    }

    private void give(Buffer bytes) {
        Resampler converter = resampler;
        if (converter == null) {
            if (bytes.length() > 0) {
                samples.accept(bytes);
            }
            return;
        }
        Buffer whole = half.length() == 0 ? bytes : half.appendBuffer(bytes);
        int count = whole.length() / Short.BYTES;
        half = whole.getBuffer(count * Short.BYTES, whole.length());
        short[] in = new short[count];
        Encoding.PCM_S16LE.decode(whole, 0, in, count);
        short[] out = new short[converter.most(count)];
        int written = converter.take(in, 0, count, out);
        if (written > 0) {
            Buffer converted = Buffer.buffer(written * Short.BYTES);
            Encoding.PCM_S16LE.encode(out, 0, written, converted);
            samples.accept(converted);
        }
    }
}
