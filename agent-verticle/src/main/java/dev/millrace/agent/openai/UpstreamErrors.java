package dev.millrace.agent.openai;

import dev.millrace.agent.model.ModelFailure;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;

/** Says for each way in which a server can refuse or break off what that means for whoever asked. Pure. */
final class UpstreamErrors {

    private static final String SHOULD_RETRY = "x-should-retry";

    private UpstreamErrors() {}

    /**
     * An answer that is no 200.
     *
     * @param body its beginning
     * @param now milliseconds since the Unix epoch
     */
    static Trouble refused(int status, MultiMap headers, String body, long now) {
        Trouble trouble = of(status, ErrorBody.parse(body));
        String again = String.valueOf(headers.get(SHOULD_RETRY));
        if (again.equals("true")) {
            trouble = trouble.as(Trouble.Remedy.AGAIN);
        } else if (again.equals("false") && trouble.remedy() == Trouble.Remedy.AGAIN) {
            trouble = trouble.as(Trouble.Remedy.ELSEWHERE);
        }
        long wait = RetryAfter.millis(headers, now);
        return wait < 0 ? trouble : trouble.after(wait);
    }

    /** An event of the type {@code error}, whose data may be anything. */
    static Trouble inStream(String data) {
        return inStream(ErrorBody.parse(data));
    }

    /** A chunk that is an error: the status was 200 and says nothing. */
    static Trouble inStream(JsonObject chunk) {
        return inStream(ErrorBody.of(chunk));
    }

    private static Trouble inStream(ErrorBody error) {
        return error.status() >= 400 || error.isTooLong() || error.isFiltered()
                ? of(error.status(), error)
                : Trouble.again(
                        failed("upstream_error", "The model's server failed" + said(error) + "; ask again.", true));
    }

    private static Trouble of(int status, ErrorBody error) {
        if (error.isTooLong() && status < 500) {
            return Trouble.forNobody(failed("context_length", tooLong(error), false));
        }
        if (error.isFiltered()) {
            return Trouble.forNobody(failed(
                    "content_filter", "The model's server refused this by its content rules; ask otherwise.", false));
        }
        return switch (status) {
            case 401, 403 ->
                Trouble.elsewhere(failed(
                        "upstream_unauthorized",
                        "The model's server refused our key; its owner has to mend it.",
                        false));
            case 404 ->
                Trouble.elsewhere(failed(
                        "model_not_found",
                        "The model's server has no such model, or not at this address" + said(error)
                                + "; the owner of this server has to mend it.",
                        false));
            case 429 -> tooMany(error);
            case 408, 409 -> unavailable(status, error);
            default -> status >= 500 ? unavailable(status, error) : badRequest(status, error);
        };
    }

    private static Trouble tooMany(ErrorBody error) {
        return error.isOutOfMoney()
                ? Trouble.elsewhere(failed(
                        "upstream_quota",
                        "The account at the model's server has no money left; its owner has to top it up.",
                        false))
                : Trouble.again(failed(
                        "upstream_rate_limited",
                        "The model's server takes no more just now; ask again in a while.",
                        true));
    }

    private static Trouble unavailable(int status, ErrorBody error) {
        return Trouble.again(failed(
                "upstream_unavailable",
                "The model's server answered " + status + said(error) + "; ask again in a while.",
                true));
    }

    private static Trouble badRequest(int status, ErrorBody error) {
        return Trouble.elsewhere(failed(
                "upstream_bad_request",
                "The model's server does not take the question, with status " + status + said(error) + ".",
                false));
    }

    private static String tooLong(ErrorBody error) {
        String numbers = error.window().isPresent() && error.asked().isPresent()
                ? ", with " + error.asked().getAsLong() + " tokens where "
                        + error.window().getAsLong() + " fit"
                : error.window().isPresent() ? ", which takes " + error.window().getAsLong() + " tokens" : "";
        return "The conversation is too long for the model" + numbers + "; begin a new session.";
    }

    private static String said(ErrorBody error) {
        return error.message().isEmpty() ? "" : " (" + error.message() + ")";
    }

    /** A 200 that is a page for people: a proxy's, or a wrong address. */
    static Trouble contentType(String type) {
        return Trouble.elsewhere(failed(
                "upstream_bad_content_type",
                "The model's server answered with " + type
                        + " and not with a stream of events; its address may be wrong.",
                false));
    }

    /** The answer ended before its end. */
    static Trouble truncated() {
        return Trouble.again(failed(
                "upstream_truncated", "The model's server broke off before its answer was whole; ask again.", true));
    }

    /** No connection, or one that broke before there was an answer. */
    static Trouble unreachable(String reason) {
        return Trouble.again(
                failed("upstream_unavailable", "The model's server " + reason + "; ask again in a while.", true));
    }

    /** All who could be asked have failed so often that they are left alone for a while. */
    static Trouble resting() {
        return Trouble.elsewhere(failed(
                "upstream_unavailable",
                "The model's server has failed again and again and is left alone for a moment; ask again in a while.",
                true));
    }

    /** Nothing more came in time. */
    static Trouble silent(String what, long millis) {
        return Trouble.elsewhere(failed(
                "upstream_timeout",
                "The model's server sent " + what + " for " + millis / 1000.0 + " seconds; ask again.",
                true));
    }

    private static ModelFailure failed(String code, String message, boolean retryable) {
        return new ModelFailure(code, message, retryable);
    }
}
