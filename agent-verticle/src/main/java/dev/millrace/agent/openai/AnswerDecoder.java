package dev.millrace.agent.openai;

import dev.millrace.agent.model.ModelFailure;
import dev.millrace.sse.OversizedEventException;
import dev.millrace.sse.SseDecoder;
import dev.millrace.sse.SseEvent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/**
 * Reads the body of an answer from chunks cut anywhere: a stream of events, or one JSON object from a server that does not
 * stream. Which of the two it is shows in its first byte, for servers' own words on it cannot be trusted. It knows no
 * socket and no clock; what it reads goes to a {@link Completion} at once.
 *
 * <p>Each method throws {@link Trouble} when there will be no whole answer; the decoder is dead then.
 */
final class AnswerDecoder {

    /** Of one event, or of a whole JSON body. */
    static final int MOST_BYTES = 4 << 20;

    private static final Buffer BLANK_LINE = Buffer.buffer("\n\n");
    private static final int BYTE_ORDER_MARK = 0xEF_BB_BF;

    private enum Form {
        UNKNOWN,
        EVENTS,
        OBJECT
    }

    private final Completion completion;
    private final SseDecoder events = new SseDecoder(MOST_BYTES, this::event);
    private final Buffer object = Buffer.buffer();
    private Form form = Form.UNKNOWN;
    private boolean ending;
    private boolean signedOff;

    AnswerDecoder(Completion completion) {
        this.completion = completion;
    }

    /** Whether the server has said {@code [DONE]}: nothing it sends from here on is read. */
    boolean isSignedOff() {
        return signedOff;
    }

    void feed(Buffer chunk) {
        if (signedOff) {
            return;
        }
        form = form == Form.UNKNOWN ? form(chunk) : form;
        if (form == Form.OBJECT) {
            collect(chunk);
        } else {
            read(chunk);
        }
    }

    /** Nothing follows: gives what there is to give, if the answer is whole. */
    void end() {
        ending = true;
        if (form == Form.OBJECT) {
            completion.chunk(json(object.toString()));
            signedOff = true; // an object that has its end is whole
        } else if (!signedOff) {
            read(BLANK_LINE); // servers forget the one behind the last event
        }
        completion.end(signedOff);
    }

    /** A mark of byte order may be cut too, but no server sends one before an object. */
    private static Form form(Buffer chunk) {
        for (int i = 0; i < chunk.length(); i++) {
            int each = chunk.getUnsignedByte(i);
            if (each == '{') {
                return Form.OBJECT;
            }
            if (each > ' ' && !isOfMark(each)) {
                return Form.EVENTS;
            }
        }
        return Form.UNKNOWN;
    }

    private static boolean isOfMark(int each) {
        return each == BYTE_ORDER_MARK >> 16
                || each == (BYTE_ORDER_MARK >> 8 & 0xFF)
                || each == (BYTE_ORDER_MARK & 0xFF);
    }

    private void collect(Buffer chunk) {
        if (object.length() + chunk.length() > MOST_BYTES) {
            throw oversized();
        }
        object.appendBuffer(chunk);
    }

    private void read(Buffer chunk) {
        try {
            events.feed(chunk);
        } catch (OversizedEventException e) {
            throw oversized();
        }
    }

    private void event(SseEvent event) {
        String data = event.data().strip();
        if (signedOff || data.isEmpty()) {
            return;
        }
        if (data.equals("[DONE]")) {
            signedOff = true;
        } else if (event.type().equals("error")) {
            throw UpstreamErrors.inStream(data);
        } else {
            completion.chunk(json(data));
        }
    }

    private JsonObject json(String text) {
        try {
            return new JsonObject(text);
        } catch (DecodeException | ClassCastException e) {
            throw ending ? UpstreamErrors.truncated() : unreadable();
        }
    }

    private static Trouble unreadable() {
        return Trouble.again(new ModelFailure(
                "upstream_bad_response", "The model's server sent something that is not JSON; ask again.", true));
    }

    private static Trouble oversized() {
        return Trouble.elsewhere(new ModelFailure(
                "upstream_bad_response",
                "The model's server sent more than " + (MOST_BYTES >> 20) + " MiB in one piece; ask for less.",
                false));
    }
}
