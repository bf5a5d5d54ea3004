package dev.millrace.audio.speech.remote;

import dev.millrace.audio.speech.SpeechFailure;
import dev.millrace.sse.OversizedEventException;
import dev.millrace.sse.SseDecoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a transcript out of the body of an answer, in each of the three forms in which servers give one: a JSON object;
 * events of the types {@code transcript.text.*}; and chunks in the manner of chat completions, as vLLM streams them. A
 * stream that ends without its last word was cut, and is a failure. Pure; throws {@link SpeechFailure}.
 */
final class TranscriptReader {

    private static final int MAX_BYTES = 1 << 20;

    private final Endpoint endpoint;
    private final Consumer<String> partials;
    private final StringBuilder text = new StringBuilder();
    private final @Nullable SseDecoder events;
    private final Buffer body = Buffer.buffer();
    private @Nullable String whole;
    private boolean chunksFinished;

    /**
     * @param contentType decides between a stream and an object: a model that cannot stream ignores that it was asked to
     * @param partials takes the text so far
     */
    TranscriptReader(Endpoint endpoint, @Nullable String contentType, Consumer<String> partials) {
        this.endpoint = endpoint;
        this.partials = partials;
        String type = String.valueOf(contentType).toLowerCase(java.util.Locale.ROOT);
        if (type.startsWith("text/event-stream")) {
            events = new SseDecoder(MAX_BYTES, event -> event(event.data()));
        } else if (type.contains("json")) {
            events = null;
        } else {
            throw endpoint.broken("answered with " + contentType + ", and neither with JSON nor with events");
        }
    }

    void feed(Buffer bytes) {
        if (events == null) {
            if (body.length() + bytes.length() > MAX_BYTES) {
                throw endpoint.broken("answered with more than " + MAX_BYTES + " bytes");
            }
            body.appendBuffer(bytes);
            return;
        }
        try {
            events.feed(bytes);
        } catch (OversizedEventException e) {
            throw endpoint.broken("sent an event of more than " + MAX_BYTES + " bytes");
        }
    }

    /** The transcript once it is whole, which may be before the end of the body; null before. */
    @Nullable
    String whole() {
        return whole;
    }

    /** At the end of the body. */
    String end() {
        if (events == null) {
            JsonObject json = parse(body.toString());
            if (!(json.getValue("text") instanceof String said)) {
                throw endpoint.broken("answered without a text: " + endpoint.quoted(ErrorText.of(json)));
            }
            return said.strip();
        }
        if (whole == null && chunksFinished) {
            whole = text.toString().strip();
        }
        if (whole == null) {
            throw SpeechFailure.unreachable(endpoint.engine() + " broke its answer off before the end.");
        }
        return whole;
    }

    private void event(String data) {
        if (whole != null) {
            return;
        }
        if (data.equals("[DONE]")) {
            if (chunksFinished || text.length() > 0) {
                whole = text.toString().strip();
            }
            return;
        }
        JsonObject json = parse(data);
        if (json.getValue("error") != null || "error".equals(json.getValue("type"))) {
            throw endpoint.broken("failed: " + endpoint.quoted(ErrorText.of(json)));
        }
        String type = json.getValue("type") instanceof String named ? named : String.valueOf(json.getValue("object"));
        switch (type) {
            case "transcript.text.delta" -> append(json.getValue("delta"));
            case "transcript.text.done" ->
                whole = json.getValue("text") instanceof String said
                        ? said.strip()
                        : text.toString().strip();
            case "transcription.chunk" -> chunk(json);
            default -> {} // what is new is not for us
        }
    }

    /** Each stretch of audio has a finish_reason of its own, so one is not the end of the stream. */
    private void chunk(JsonObject json) {
        if (json.getValue("choices") instanceof JsonArray choices
                && !choices.isEmpty()
                && choices.getValue(0) instanceof JsonObject choice) {
            chunksFinished = choice.getValue("finish_reason") != null;
            if (choice.getValue("delta") instanceof JsonObject delta) {
                append(delta.getValue("content"));
            }
        }
    }

    private void append(@Nullable Object piece) {
        if (piece instanceof String more && !more.isEmpty()) {
            text.append(more);
            partials.accept(text.toString().strip());
        }
    }

    private JsonObject parse(String json) {
        try {
            return new JsonObject(json);
        } catch (DecodeException | ClassCastException e) {
            throw endpoint.broken("sent what is no JSON object: " + endpoint.quoted(json));
        }
    }
}
