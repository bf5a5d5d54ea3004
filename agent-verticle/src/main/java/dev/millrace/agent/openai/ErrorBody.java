package dev.millrace.agent.openai;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server says of an error, from the many shapes in which servers say it.
 *
 * @param message for people; empty when there is none
 * @param kind the server's own code and type, for looking words up in
 * @param status the number it gives as its code, in the manner of HTTP; 0 when it gives none
 * @param window how many tokens the model takes, where the error is about that
 * @param asked how many tokens the question had
 */
record ErrorBody(String message, String kind, int status, OptionalLong window, OptionalLong asked) {

    private static final int MOST = 300;
    private static final Pattern CONTEXT =
            Pattern.compile("(?i)context_length|exceed_context|maximum context length|context (window|size|length)");
    private static final Pattern WINDOW = Pattern.compile("(?i)maximum context length (?:is|of) (\\d{1,12})");
    private static final Pattern ASKED = Pattern.compile(
            "(?i)(?:requested|resulted in|contains(?: at least)?|have|has) (\\d{1,12})(?: input)? tokens");

    /** Reads the body of an answer, which may be HTML or nothing at all. */
    static ErrorBody parse(String text) {
        try {
            return of(new JsonObject(text));
        } catch (DecodeException | ClassCastException e) {
            boolean html = text.stripLeading().startsWith("<");
            return new ErrorBody(html ? "" : shortened(text), "", 0, OptionalLong.empty(), OptionalLong.empty());
        }
    }

    /** Reads an object that is an error or has one in it. */
    static ErrorBody of(JsonObject json) {
        JsonObject error = Fields.object(json, "error");
        JsonObject said = error == null ? json : error;
        Integer code = Fields.integer(said, "code");
        String message = message(said);
        return new ErrorBody(
                shortened(message),
                Fields.text(said, "code") + " " + Fields.text(said, "type"),
                code == null ? number(Fields.text(said, "code")) : code,
                number(said, "n_ctx", WINDOW, message),
                number(said, "n_prompt_tokens", ASKED, message));
    }

    private static String message(JsonObject said) {
        String message = Fields.text(said, "message");
        message = message.isEmpty() ? Fields.text(said, "error") : message;
        message = message.isEmpty() ? Fields.text(said, "detail") : message;
        List<JsonObject> details = Fields.objects(said, "detail");
        return message.isEmpty() && !details.isEmpty() ? Fields.text(details.get(0), "msg") : message;
    }

    private static int number(String text) {
        return text.matches("\\d{3}") ? Integer.parseInt(text) : 0;
    }

    private static OptionalLong number(JsonObject said, String key, Pattern inMessage, String message) {
        if (said.getValue(key) instanceof Number number) {
            return OptionalLong.of(number.longValue());
        }
        Matcher found = inMessage.matcher(message);
        return found.find() ? OptionalLong.of(Long.parseLong(found.group(1))) : OptionalLong.empty();
    }

    /** On one line, and not too long to read. */
    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= MOST ? line : line.substring(0, MOST) + "…";
    }

    /** Whether it says that the question is longer than the model takes. */
    boolean isTooLong() {
        return CONTEXT.matcher(kind + " " + message).find();
    }

    boolean isOutOfMoney() {
        return kind.contains("insufficient_quota");
    }

    boolean isFiltered() {
        return kind.contains("content_filter") || kind.contains("content_policy");
    }

    boolean isAbout(String parameter) {
        return message.contains(parameter);
    }
}
