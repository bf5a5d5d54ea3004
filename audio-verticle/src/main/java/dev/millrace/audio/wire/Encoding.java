package dev.millrace.audio.wire;

import io.vertx.core.buffer.Buffer;
import java.util.Locale;

/** How a sample is written. */
public enum Encoding {
    /** Two bytes, the lower first. */
    PCM_S16LE(2) {
        @Override
        public void decode(Buffer bytes, int from, short[] pcm, int count) {
            for (int i = 0; i < count; i++) {
                pcm[i] = bytes.getShortLE(from + 2 * i);
            }
        }

        @Override
        public void encode(short[] pcm, int from, int count, Buffer to) {
            for (int i = from; i < from + count; i++) {
                to.appendShortLE(pcm[i]);
            }
        }
    },
    /** One byte, as telephones have it: G.711. */
    MULAW(1) {
        @Override
        public void decode(Buffer bytes, int from, short[] pcm, int count) {
            for (int i = 0; i < count; i++) {
                pcm[i] = MuLaw.decode(bytes.getByte(from + i));
            }
        }

        @Override
        public void encode(short[] pcm, int from, int count, Buffer to) {
            for (int i = from; i < from + count; i++) {
                to.appendByte(MuLaw.encode(pcm[i]));
            }
        }
    };

    private final int bytes;

    Encoding(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of a sample. */
    public int bytes() {
        return bytes;
    }

    /** Reads samples, from an index of the bytes into the beginning of {@code pcm}. */
    public abstract void decode(Buffer bytes, int from, short[] pcm, int count);

    /** Writes samples behind what the buffer holds. */
    public abstract void encode(short[] pcm, int from, int count, Buffer to);

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
