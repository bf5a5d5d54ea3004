package dev.millrace.audio.capture;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What passed a session's socket, in order.
 *
 * @param head whose session it is, and how it was written
 * @param whole whether its last record says so; a file of a process that died is not whole
 */
public record Captured(JsonObject head, List<Passed> passed, boolean whole) {

    static final String MAGIC = "millrace-capture/1 ";
    static final int RECORD_HEAD = 18;

    /** Which way something went. */
    public enum Direction {
        UP,
        DOWN
    }

    /** What it was. */
    public enum Kind {
        TEXT,
        BINARY,
        /** Nothing: the capture is over. Its text says why. */
        END
    }

    /**
     * One message.
     *
     * @param seq of the record in its file, from 1
     * @param micros since the capture began
     */
    public record Passed(Direction direction, Kind kind, long seq, long micros, Buffer bytes) {

        Buffer encode() {
            return Buffer.buffer(RECORD_HEAD + bytes.length())
                    .appendByte((byte) direction.ordinal())
                    .appendByte((byte) kind.ordinal())
                    .appendUnsignedIntLE(seq)
                    .appendLongLE(micros)
                    .appendIntLE(bytes.length())
                    .appendBuffer(bytes);
        }
    }

    static Buffer begin(JsonObject head) {
        return Buffer.buffer(MAGIC).appendString(head.encode()).appendString("\n");
    }

    /**
     * Reads a file, as far as it goes: a record that was cut off is not there.
     *
     * @throws IllegalArgumentException for what is no capture, in words
     */
    public static Captured read(Buffer file) {
        int line = 0;
        while (line < file.length() && line < 65_536 && file.getByte(line) != '\n') {
            line++;
        }
        String first = file.getString(0, line);
        if (!first.startsWith(MAGIC)) {
            throw new IllegalArgumentException("it does not begin with '" + MAGIC.strip() + "'");
        }
        try {
            return records(new JsonObject(first.substring(MAGIC.length())), file, line + 1);
        } catch (DecodeException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("it is broken: " + e.getMessage(), e);
        }
    }

    private static Captured records(JsonObject head, Buffer file, int from) {
        List<Passed> passed = new ArrayList<>();
        boolean whole = false;
        for (int at = from; at + RECORD_HEAD <= file.length(); ) {
            int length = file.getIntLE(at + 14);
            if (length < 0 || at + RECORD_HEAD + (long) length > file.length()) {
                break;
            }
            Kind kind = Kind.values()[file.getByte(at + 1)];
            whole = kind == Kind.END;
            passed.add(new Passed(
                    Direction.values()[file.getByte(at)],
                    kind,
                    file.getUnsignedIntLE(at + 2),
                    file.getLongLE(at + 6),
                    file.getBuffer(at + RECORD_HEAD, at + RECORD_HEAD + length)));
            at += RECORD_HEAD + length;
        }
        return new Captured(head, List.copyOf(passed), whole);
    }
}
