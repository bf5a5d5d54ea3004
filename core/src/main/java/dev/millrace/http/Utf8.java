package dev.millrace.http;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** JSON is UTF-8 (RFC 8259, section 8.1); a decoder that mends broken bytes would store what nobody sent. */
final class Utf8 {

    private Utf8() {}

    static void require(Buffer bytes) {
        for (byte b : bytes.getBytes()) {
            if (b == 0) { // no JSON has one; UTF-16 has many, and the parser would take it
                throw notUtf8();
            }
        }
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes.getBytes()));
        } catch (CharacterCodingException e) {
            throw notUtf8();
        }
    }

    private static Problem notUtf8() {
        return Problem.badRequest("bad_encoding", "The body is not UTF-8.");
    }
}
