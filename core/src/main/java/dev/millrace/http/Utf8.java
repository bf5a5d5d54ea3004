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
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes.getBytes()));
        } catch (CharacterCodingException e) {
            throw Problem.badRequest("bad_encoding", "The body is not UTF-8.");
        }
    }
}
