package dev.millrace.chat;

import dev.millrace.http.Body;
import dev.millrace.http.Problem;
import dev.millrace.run.Input;
import dev.millrace.run.Input.Kind;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;

/** The body of {@code POST /api/chat/{run}/input}, checked (wire/native.md, section 1). */
final class InputRequest {

    /** The agent keeps the id as long as the run goes on. */
    private static final int MAX_ID_LENGTH = 255;

    /** The agent keeps it, the run's stream has it, and the model reads it with each further call. In UTF-16 units. */
    private static final int MAX_LENGTH = 64 << 10;

    private InputRequest() {}

    /** @throws Problem naming the field that is wrong */
    static Input read(RoutingContext ctx) {
        Body body = Body.json(ctx);
        String id = body.text("input")
                .orElseThrow(() -> ChatRequest.wrong("input", "is missing; it is an id that you choose"));
        if (id.isBlank() || id.length() > MAX_ID_LENGTH) {
            throw ChatRequest.wrong("input", "must have 1 to " + MAX_ID_LENGTH + " characters");
        }
        String request = body.text("request").orElse(null);
        Kind kind = kind(body);
        return new Input(id, request, kind, value(body, kind));
    }

    private static Kind kind(Body body) {
        List<Kind> said = Arrays.stream(Kind.values())
                .filter(kind -> body.has(kind.field()))
                .toList();
        if (said.size() != 1) {
            String field = said.isEmpty() ? Kind.TEXT.field() : said.get(1).field();
            throw ChatRequest.wrong(
                    field,
                    said.isEmpty()
                            ? "is missing; say one of 'text', 'output' and 'approved'"
                            : "stands beside '" + said.get(0).field() + "'; say one of them");
        }
        return said.get(0);
    }

    private static Object value(Body body, Kind kind) {
        Object value =
                switch (kind) {
                    case TEXT -> body.text(kind.field()).orElseThrow();
                    case APPROVED -> body.flag(kind.field());
                    case OUTPUT -> body.value(kind.field());
                };
        if (value instanceof String text && text.isBlank()) {
            throw ChatRequest.wrong(kind.field(), "is empty");
        }
        if (value.toString().length() > MAX_LENGTH) {
            throw ChatRequest.wrong(kind.field(), "is longer than " + MAX_LENGTH + " characters");
        }
        return value;
    }
}
