package dev.millrace.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a server-sent event stream: LF only, UTF-8, one space after each colon.
 *
 * <p>Format: WHATWG HTML, section 9.2.5 "Parsing an event stream". Pure and without state: any thread. A buffer is made
 * in its final size and never grows; the bytes of one event may go to any number of readers.
 */
public final class SseEncoder {

    private static final byte[] ID = "id: ".getBytes(UTF_8);
    private static final byte[] EVENT = "event: ".getBytes(UTF_8);
    private static final byte[] DATA = "data: ".getBytes(UTF_8);
    private static final byte[] RETRY = "retry: ".getBytes(UTF_8);
    private static final byte[] PING = ": ping\n".getBytes(UTF_8);
    private static final byte LF = '\n';

    private SseEncoder() {}

    /**
     * One event. Data that holds line breaks (LF, CR or CRLF) becomes one data line for each of its lines; the reader
     * puts them together again with LF.
     *
     * @param id the position of the event; null leaves the id line out, so that the reader's last id stays
     * @param type the event's name
     * @param data UTF-8; not changed, and not held on to
     * @throws IllegalArgumentException if the id or the type holds CR, LF or NUL: the first two would let a caller write
     *     lines of his own into the stream, and a reader ignores an id with the third
     */
    public static Buffer event(@Nullable String id, String type, Buffer data) {
        byte @Nullable [] idBytes = id == null ? null : oneLine("id", id);
        byte[] typeBytes = oneLine("event type", type);
        int lines = lines(data);
        int size = lineSize(EVENT, typeBytes) + lines * (DATA.length + 1) + data.length() + 1;
        Buffer out = Buffer.buffer(idBytes == null ? size : size + lineSize(ID, idBytes));
        if (idBytes != null) {
            line(out, ID, idBytes);
        }
        line(out, EVENT, typeBytes);
        if (lines == 1) {
            out.appendBytes(DATA).appendBuffer(data).appendByte(LF);
        } else {
            dataLines(out, data);
        }
        return out.appendByte(LF);
    }

    /** As {@link #event(String, String, Buffer)}, for data that is text. */
    public static Buffer event(@Nullable String id, String type, String data) {
        return event(id, type, Buffer.buffer(data));
    }

    /**
     * A frame of a protocol that gives its events no name: the data says what it is. Data without line breaks.
     *
     * @param id as of {@link #event}
     * @param data JSON on one line; not changed, and not held on to
     */
    public static Buffer data(@Nullable String id, Buffer data) {
        byte @Nullable [] idBytes = id == null ? null : oneLine("id", id);
        int size = DATA.length + data.length() + 2;
        Buffer out = Buffer.buffer(idBytes == null ? size : size + lineSize(ID, idBytes));
        if (idBytes != null) {
            line(out, ID, idBytes);
        }
        return out.appendBytes(DATA).appendBuffer(data).appendByte(LF).appendByte(LF);
    }

    /**
     * The first bytes of a stream: how long to wait before coming back, and where the stream begins. Without data it
     * fires nothing in a browser, but it moves its {@code Last-Event-ID}.
     *
     * @param retryMillis milliseconds, 0 or more
     * @param id the position before the first event that follows; no CR, LF or NUL
     */
    public static Buffer opening(long retryMillis, String id) {
        byte[] millis = millis(retryMillis);
        byte[] idBytes = oneLine("id", id);
        Buffer out = Buffer.buffer(lineSize(RETRY, millis) + lineSize(ID, idBytes) + 1);
        line(out, RETRY, millis);
        line(out, ID, idBytes);
        return out.appendByte(LF);
    }

    /**
     * A heartbeat: a comment that keeps the way open, and the last position evaluated, so that a reader whose filter
     * matches rarely comes back where it was.
     *
     * @param id no CR, LF or NUL
     */
    public static Buffer ping(String id) {
        byte[] idBytes = oneLine("id", id);
        Buffer out = Buffer.buffer(PING.length + lineSize(ID, idBytes) + 1).appendBytes(PING);
        line(out, ID, idBytes);
        return out.appendByte(LF);
    }

    /**
     * How long a reader shall wait before it comes back. It works without a blank line, and there is none: at a blank
     * line a browser takes over the id of this connection, which has none yet, and would forget its place.
     *
     * @param millis milliseconds, 0 or more
     */
    public static Buffer retry(long millis) {
        byte[] digits = millis(millis);
        Buffer out = Buffer.buffer(lineSize(RETRY, digits));
        line(out, RETRY, digits);
        return out;
    }

    private static int lineSize(byte[] field, byte[] value) {
        return field.length + value.length + 1;
    }

    private static void line(Buffer out, byte[] field, byte[] value) {
        out.appendBytes(field).appendBytes(value).appendByte(LF);
    }

    /** How many data lines the data needs: one more than its line breaks. */
    private static int lines(Buffer data) {
        int lines = 1;
        for (int i = 0, end = data.length(); i < end; i++) {
            byte b = data.getByte(i);
            // CRLF is one break and it is counted at its LF
            if (b == LF || (b == '\r' && (i + 1 == end || data.getByte(i + 1) != LF))) {
                lines++;
            }
        }
        return lines;
    }

    /** Writes fewer bytes than were reserved, by its line breaks: such data is rare, and the count stays simple. */
    private static void dataLines(Buffer out, Buffer data) {
        int start = 0;
        int end = data.length();
        for (int i = 0; i < end; i++) {
            byte b = data.getByte(i);
            if (b != LF && b != '\r') {
                continue;
            }
            dataLine(out, data, start, i);
            if (b == '\r' && i + 1 < end && data.getByte(i + 1) == LF) {
                i++;
            }
            start = i + 1;
        }
        dataLine(out, data, start, end);
    }

    private static void dataLine(Buffer out, Buffer data, int start, int end) {
        out.appendBytes(DATA).appendBuffer(data, start, end - start).appendByte(LF);
    }

    private static byte[] oneLine(String what, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\n' || c == '\r' || c == 0) {
                throw new IllegalArgumentException("the " + what + " holds a line break or NUL at " + i);
            }
        }
        return value.getBytes(UTF_8);
    }

    private static byte[] millis(long millis) {
        if (millis < 0) {
            throw new IllegalArgumentException("retry is not negative: " + millis);
        }
        return Long.toString(millis).getBytes(UTF_8);
    }
}
