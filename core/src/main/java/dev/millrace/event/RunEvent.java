package dev.millrace.event;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The seven events of a run, and no more. Their JSON is the native wire (wire/native.md, section 1): what is appended
 * is what a reader gets.
 */
public sealed interface RunEvent extends Event {

    JsonObject toJson();

    @Override
    default Buffer data() {
        return toJson().toBuffer();
    }

    /** Reads an entry of a run's stream back; empty for a type that is not of a run. */
    static Optional<RunEvent> of(Entry entry) {
        Function<JsonObject, RunEvent> decoder = Decoders.BY_TYPE.get(entry.type());
        return decoder == null ? Optional.empty() : Optional.of(decoder.apply(new JsonObject(entry.data())));
    }

    /** Where a run is: drives a progress indicator. */
    record Status(Step step, JsonObject details) implements RunEvent {

        static final String TYPE = "status";

        public static Status of(Step step) {
            return new Status(step, new JsonObject());
        }

        public static Status of(Step step, String label) {
            return new Status(step, new JsonObject().put("label", label));
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public JsonObject toJson() {
            return new JsonObject().put("step", step.text()).mergeIn(details);
        }

        static Status from(JsonObject json) {
            JsonObject details = json.copy();
            details.remove("step");
            return new Status(Step.of(json.getString("step")), details);
        }
    }

    enum Step {
        STARTED,
        QUEUED,
        RETRIEVING,
        RUNNING_TOOL,
        TOOL_RESULT,
        GENERATING,
        SUMMARIZING,
        INPUT_REQUIRED,
        STEERED,
        COMPLETED;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Step of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * The next text of the answer, or of what stands beside it.
     *
     * @param at where the text begins in the answer or its part, in UTF-16 units: writing it there twice changes nothing
     * @param channel what kind of text it is; null for the answer
     * @param part which text of that kind; null for the answer
     */
    record Token(
            String text,
            int at,
            @Nullable String channel,
            @Nullable String part) implements RunEvent {

        static final String TYPE = "token";

        /** The next text of the answer. */
        public Token(String text, int at) {
            this(text, at, null, null);
        }

        /** The next text of what the model thinks, which is no part of the answer. */
        public static Token reasoning(String text, int at, String part) {
            return new Token(text, at, "reasoning", part);
        }

        public boolean isAnswer() {
            return channel == null;
        }

        /** Whether both write to the same text. */
        boolean isBeside(Token other) {
            return Objects.equals(other.channel, channel) && Objects.equals(other.part, part);
        }

        /** The same place with another text. */
        Token saying(String other) {
            return new Token(other, at, channel, part);
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public JsonObject toJson() {
            JsonObject json = new JsonObject().put("text", text).put("at", at);
            return channel == null ? json : json.put("channel", channel).put("part", part);
        }

        @Override
        public @Nullable Event join(Event next) {
            return next instanceof Token token && token.at == at + text.length() && isBeside(token)
                    ? saying(text + token.text)
                    : null;
        }

        static Token from(JsonObject json) {
            return new Token(
                    json.getString("text"), json.getInteger("at"), json.getString("channel"), json.getString("part"));
        }
    }

    /** Something beside the answer; the same id with a higher revision replaces it. */
    record Artifact(String id, int rev, String kind, String title, Object content, boolean last) implements RunEvent {

        static final String TYPE = "artifact";

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public JsonObject toJson() {
            return new JsonObject()
                    .put("id", id)
                    .put("rev", rev)
                    .put("kind", kind)
                    .put("title", title)
                    .put("content", content)
                    .put("final", last);
        }

        static Artifact from(JsonObject json) {
            return new Artifact(
                    json.getString("id"),
                    json.getInteger("rev"),
                    json.getString("kind"),
                    json.getString("title"),
                    json.getValue("content"),
                    json.getBoolean("final"));
        }
    }

    /**
     * Where a stretch of the answer comes from.
     *
     * @param start first UTF-16 unit of the stretch in the answer; null when it supports no one stretch
     * @param end one past the last
     */
    record Citation(
            int n,
            String title,
            String source,
            @Nullable String url,
            @Nullable String quote,
            @Nullable Integer start,
            @Nullable Integer end)
            implements RunEvent {

        static final String TYPE = "citation";

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public JsonObject toJson() {
            JsonObject json = new JsonObject().put("n", n).put("title", title).put("source", source);
            putIfKnown(json, "url", url);
            putIfKnown(json, "quote", quote);
            putIfKnown(json, "start", start);
            putIfKnown(json, "end", end);
            return json;
        }

        private static void putIfKnown(JsonObject json, String key, @Nullable Object value) {
            if (value != null) {
                json.put(key, value);
            }
        }

        static Citation from(JsonObject json) {
            return new Citation(
                    json.getInteger("n"),
                    json.getString("title"),
                    json.getString("source"),
                    json.getString("url"),
                    json.getString("quote"),
                    json.getInteger("start"),
                    json.getInteger("end"));
        }
    }

    /** Something to know before trusting the answer. */
    record Warning(String code, String message) implements RunEvent {

        static final String TYPE = "warning";

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public JsonObject toJson() {
            return new JsonObject().put("code", code).put("message", message);
        }

        static Warning from(JsonObject json) {
            return new Warning(json.getString("code"), json.getString("message"));
        }
    }

    /** What went wrong; always followed by {@link Done}. */
    record Failure(String code, String message, boolean retryable) implements RunEvent {

        static final String TYPE = "error";

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public JsonObject toJson() {
            return new JsonObject().put("code", code).put("message", message).put("retryable", retryable);
        }

        static Failure from(JsonObject json) {
            return new Failure(json.getString("code"), json.getString("message"), json.getBoolean("retryable"));
        }
    }

    /**
     * The one last word.
     *
     * @param finish why the text ends: {@code stop}, or what stopped it
     * @param latencyMillis from the run's start to its end
     * @param ttftMillis from the run's start to its first token; null when there was none
     * @param textLength of the whole answer, in UTF-16 units
     * @param textSha256 of the whole answer in UTF-8, lower-case hex
     */
    record Done(
            Outcome status,
            String finish,
            long latencyMillis,
            @Nullable Long ttftMillis,
            JsonObject usage,
            int textLength,
            String textSha256)
            implements RunEvent {

        static final String TYPE = Entry.LAST_WORD;

        /** The last word on this text: its length and hash are what a reader compares with what it put together. */
        public static Done of(
                Outcome status,
                String finish,
                long latencyMillis,
                @Nullable Long ttftMillis,
                JsonObject usage,
                String text) {
            return new Done(status, finish, latencyMillis, ttftMillis, usage, text.length(), sha256(text));
        }

        private static String sha256(String text) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(hash);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public JsonObject toJson() {
            return new JsonObject()
                    .put("status", status.text())
                    .put("finish", finish)
                    .put("latency_ms", latencyMillis)
                    .put("ttft_ms", ttftMillis)
                    .put("usage", usage)
                    .put("text_length", textLength)
                    .put("text_sha256", textSha256);
        }

        static Done from(JsonObject json) {
            return new Done(
                    Outcome.of(json.getString("status")),
                    json.getString("finish"),
                    json.getLong("latency_ms"),
                    json.getLong("ttft_ms"),
                    json.getJsonObject("usage"),
                    json.getInteger("text_length"),
                    json.getString("text_sha256"));
        }
    }

    /** How a run ended. */
    enum Outcome {
        COMPLETED,
        CANCELLED,
        TIMEOUT,
        FAILED;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Outcome of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /** The one table from type to decoder; a test walks the permitted records and misses none. */
    final class Decoders {

        static final Map<String, Function<JsonObject, RunEvent>> BY_TYPE = Map.of(
                Status.TYPE, Status::from,
                Token.TYPE, Token::from,
                Artifact.TYPE, Artifact::from,
                Citation.TYPE, Citation::from,
                Warning.TYPE, Warning::from,
                Failure.TYPE, Failure::from,
                Done.TYPE, Done::from);

        private Decoders() {}
    }
}
