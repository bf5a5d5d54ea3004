package dev.millrace.audio.session;

import dev.millrace.audio.wire.AudioFormat;
import dev.millrace.audio.wire.FrameHeader;
import dev.millrace.audio.wire.WrongMessage;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A binary message of a client, read as far as its samples.
 *
 * @param header null where frames have none
 * @param from where in the bytes its samples begin
 * @param count how many there are, or are meant
 */
record UpMessage(@Nullable FrameHeader header, int from, int count) {

    /** A message may mean, or leave out, so much at once. */
    static final int LONGEST_SECONDS = 10;

    /** @throws WrongMessage for what is no audio */
    static UpMessage read(Buffer bytes, AudioFormat format) {
        FrameHeader header = format.sequenced() ? FrameHeader.up(bytes) : null;
        int from = header == null ? 0 : FrameHeader.BYTES;
        boolean silence = header != null && header.has(FrameHeader.SILENCE);
        return new UpMessage(header, from, silence ? silence(bytes, format) : samples(bytes, from, format));
    }

    private static int silence(Buffer bytes, AudioFormat format) {
        long count = bytes.length() == FrameHeader.BYTES + 4 ? bytes.getUnsignedIntLE(FrameHeader.BYTES) : -1;
        if (count < 0 || count > (long) LONGEST_SECONDS * format.rate()) {
            throw WrongMessage.fatal(
                    "bad_frame",
                    "A frame of silence has 4 bytes, which say up to %d s of samples.".formatted(LONGEST_SECONDS));
        }
        return (int) count;
    }

    private static int samples(Buffer bytes, int from, AudioFormat format) {
        int size = format.encoding().bytes();
        if ((bytes.length() - from) % size != 0) {
            throw WrongMessage.fatal(
                    "bad_frame", "Samples have %d bytes, and this frame ends inside one.".formatted(size));
        }
        return (bytes.length() - from) / size;
    }

    /** Whether its samples are silence, and not in it. */
    boolean isSilence() {
        return header != null && header.has(FrameHeader.SILENCE);
    }
}
