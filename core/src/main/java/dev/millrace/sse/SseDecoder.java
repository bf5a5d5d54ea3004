package dev.millrace.sse;

import io.vertx.core.buffer.Buffer;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Reads a server-sent event stream from chunks cut anywhere, by the rules of WHATWG HTML, sections 9.2.5 and 9.2.6.
 *
 * <p>It knows no socket and no clock. An event goes to the consumer inside the {@link #feed} that brings the end of its
 * blank line; what the stream leaves unfinished is discarded, so there is no call for its end. It works on bytes and
 * decodes whole lines: no character is torn between chunks, and each byte is copied at most twice, so the time is
 * linear however small the chunks are (a decoder that joins the chunks read so far is quadratic).
 *
 * <p>Not thread-safe. A decoder is dead once {@code feed} has thrown.
 */
public final class SseDecoder {

    /** A retry time of more digits is no time to wait, and would not fit a long. */
    private static final int MAX_RETRY_DIGITS = 18;

    private final int maxEventBytes;
    private final Consumer<SseEvent> events;
    private final Bytes line = new Bytes();
    private final Bytes data = new Bytes();
    private String type = "";
    private String id = "";
    private String lastEventId = "";
    private OptionalLong retryMillis = OptionalLong.empty();
    private boolean firstLine = true;
    private boolean afterCr;
    private boolean dead;

    /**
     * @param maxEventBytes most bytes an unfinished event may hold: its data so far and the line being read; 1 or more
     * @param events takes each event, on the thread that feeds; must not feed this decoder
     */
    public SseDecoder(int maxEventBytes, Consumer<SseEvent> events) {
        if (maxEventBytes < 1) {
            throw new IllegalArgumentException("maxEventBytes is 1 or more: " + maxEventBytes);
        }
        this.maxEventBytes = maxEventBytes;
        this.events = events;
    }

    /**
     * Reads on.
     *
     * @throws OversizedEventException if an event is over the limit
     * @throws IllegalStateException if an earlier feed has thrown
     */
    public void feed(Buffer chunk) {
        if (dead) {
            throw new IllegalStateException("the decoder has failed before");
        }
        dead = true; // until the chunk is read to its end: whatever is thrown in between leaves half an event behind
        read(chunk.getBytes());
        dead = false;
    }

    /** The id to come back with: that of the last finished event or id line; empty if there was none. */
    public String lastEventId() {
        return lastEventId;
    }

    /** How many milliseconds the stream asked to wait before coming back, if it did. */
    public OptionalLong retryMillis() {
        return retryMillis;
    }

    private void read(byte[] bytes) {
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b == '\n' && afterCr) {
                start = i + 1; // the second half of a CRLF, perhaps in another chunk than the first
                afterCr = false;
                continue;
            }
            afterCr = b == '\r';
            if (b == '\n' || b == '\r') {
                collect(bytes, start, i);
                start = i + 1;
                endLine();
            }
        }
        collect(bytes, start, bytes.length);
    }

    private void collect(byte[] bytes, int start, int end) {
        if (end - start > maxEventBytes - data.length() - line.length()) {
            throw new OversizedEventException(maxEventBytes);
        }
        line.append(bytes, start, end);
    }

    private void endLine() {
        int start = firstLine && line.startsWithBom() ? 3 : 0;
        firstLine = false;
        if (start == line.length()) {
            dispatch();
        } else {
            field(start);
        }
        line.clear();
    }

    private void field(int start) {
        int colon = line.indexOf((byte) ':', start);
        if (colon == start) {
            return; // a comment
        }
        int nameEnd = colon < 0 ? line.length() : colon;
        int value = colon < 0 ? nameEnd : colon + 1;
        if (value < line.length() && line.at(value) == ' ') {
            value++;
        }
        switch (line.text(start, nameEnd)) {
            case "data" -> data.append(line, value).append((byte) '\n');
            case "event" -> type = line.text(value);
            case "id" -> id(line.text(value));
            case "retry" -> retry(line.text(value));
            default -> {} // the standard: the field is ignored
        }
    }

    private void id(String value) {
        if (value.indexOf(0) < 0) {
            id = value;
        }
    }

    private void retry(String value) {
        if (value.isEmpty() || value.length() > MAX_RETRY_DIGITS) {
            return;
        }
        // Character.isDigit and Long.parseLong would take the digits of other scripts, and a sign
        if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            retryMillis = OptionalLong.of(Long.parseLong(value));
        }
    }

    /** At a blank line. The id moves even if there is no data and so no event. */
    private void dispatch() {
        lastEventId = id;
        String name = type.isEmpty() ? "message" : type;
        type = "";
        if (data.length() == 0) {
            return;
        }
        String text = data.text(0, data.length() - 1); // each data line brought an LF, the last one is too many
        data.clear();
        events.accept(new SseEvent(lastEventId, name, text));
    }
}
