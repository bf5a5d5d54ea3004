package dev.millrace.audio.wire;

import io.vertx.core.buffer.Buffer;

/**
 * The sixteen bytes before the audio of a sequenced frame, the lower bytes first.
 *
 * @param flags of {@link #END}, {@link #SILENCE}, {@link #REPLAYED} and {@link #DISCONTINUITY}
 * @param speech number of the speech, 0 upstream
 * @param seq of the frame in its direction on this connection
 * @param pts index of the frame's first sample
 */
public record FrameHeader(int kind, int flags, int speech, long seq, long pts) {

    public static final int BYTES = 16;
    public static final int UP = 0x10;
    public static final int DOWN = 0x11;

    /** Nothing follows in this speech. */
    public static final int END = 1;

    /** The payload is four bytes: how many samples of silence. */
    public static final int SILENCE = 2;

    /** It was sent before, on another connection. */
    public static final int REPLAYED = 4;

    /** Samples are missing before it. */
    public static final int DISCONTINUITY = 8;

    private static final int KNOWN_FLAGS = END | SILENCE | REPLAYED | DISCONTINUITY;

    /** @throws WrongMessage for what is no header of a frame that comes up */
    public static FrameHeader up(Buffer frame) {
        FrameHeader header = of(frame);
        if (header.kind != UP) {
            throw WrongMessage.fatal(
                    "bad_frame", "The first byte of a frame is 0x10, and this is 0x%02x.".formatted(header.kind));
        }
        if ((header.flags & ~KNOWN_FLAGS) != 0 || header.speech != 0 || header.pts < 0) {
            throw WrongMessage.fatal(
                    "bad_frame",
                    "A frame has flags of 1, 2, 4 and 8, speech 0 and a pts from 0; this has %d, %d and %d."
                            .formatted(header.flags, header.speech, header.pts));
        }
        return header;
    }

    /**
     * The header of a frame of either direction.
     *
     * @throws WrongMessage when there are not enough bytes for one
     */
    public static FrameHeader of(Buffer frame) {
        if (frame.length() < BYTES) {
            throw WrongMessage.fatal(
                    "bad_frame", "A frame has 16 bytes of header, and this has " + frame.length() + ".");
        }
        return new FrameHeader(
                frame.getUnsignedByte(0),
                frame.getUnsignedByte(1),
                frame.getUnsignedShortLE(2),
                frame.getUnsignedIntLE(4),
                frame.getLongLE(8));
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** A buffer that begins with this header, for the audio to follow. */
    public Buffer toBuffer() {
        return Buffer.buffer(BYTES + 2048)
                .appendByte((byte) kind)
                .appendByte((byte) flags)
                .appendUnsignedShortLE(speech)
                .appendUnsignedIntLE(seq)
                .appendLongLE(pts);
    }
}
