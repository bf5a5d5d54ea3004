package dev.millrace.feed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.millrace.run.Refusal;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * JSON on one line, otherwise byte for byte as it was sent. Decoding and encoding again would be shorter, and would round
 * a publisher's 12345678901234567.89 without a word.
 */
final class OneLine {

    /** Of two members of one name, one reader takes the first and another the last: a filter could be deceived. */
    private static final JsonFactory STRICT = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private OneLine() {}

    /**
     * The JSON without the blanks between its parts.
     *
     * @throws Refusal 400 when it is not JSON, or an object has two members of one name
     */
    static Buffer of(Buffer json) {
        check(json);
        byte[] bytes = json.getBytes();
        int length = 0;
        boolean inText = false;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (inText && b == '\\') {
                bytes[length++] = b;
                i++; // whatever is escaped ends no text; JSON never ends here
            } else if (b == '"') {
                inText = !inText;
            } else if (!inText && (b == ' ' || b == '\n' || b == '\r' || b == '\t')) {
                continue;
            }
            bytes[length++] = bytes[i];
        }
        return Buffer.buffer(java.util.Arrays.copyOf(bytes, length));
    }

    private static void check(Buffer json) {
        try (JsonParser parser = STRICT.createParser(json.getBytes())) {
            while (parser.nextToken() != null) {}
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            boolean twice = message.startsWith("Duplicate field");
            throw new Refusal(
                    400,
                    "bad_json",
                    twice
                            ? "An object of the body has two members of one name."
                            : "The body is not JSON, or is nested too deep.");
        }
    }

    /** The items of an array that is on one line. They share its bytes. */
    static List<Buffer> items(Buffer array) {
        List<Buffer> items = new ArrayList<>();
        boolean inText = false;
        int depth = 0;
        int start = 1;
        for (int i = 0; i < array.length(); i++) {
            byte b = array.getByte(i);
            if (inText) {
                if (b == '\\') {
                    i++;
                } else if (b == '"') {
                    inText = false;
                }
                continue;
            }
            switch (b) {
                case '"' -> inText = true;
                case '[', '{' -> depth++;
                case ']', '}' -> depth--;
                default -> {}
            }
            if ((b == ',' && depth == 1) || depth == 0) {
                if (i > start) {
                    items.add(array.slice(start, i));
                }
                start = i + 1;
            }
        }
        return items;
    }
}
