package dev.millrace.audio.speech.remote;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/** What a server says of an error, from the shapes in which servers say it. */
final class ErrorText {

    private ErrorText() {}

    /** Of the body of an answer, which may be HTML or nothing at all. */
    static String of(String body) {
        try {
            return of(new JsonObject(body));
        } catch (DecodeException | ClassCastException e) {
            return body.stripLeading().startsWith("<") ? "" : body;
        }
    }

    /** Of an object that is an error or has one in it. */
    static String of(JsonObject json) {
        if (json.getValue("error") instanceof JsonObject error) {
            return of(error);
        }
        for (String key : new String[] {"message", "error", "err_msg", "description", "detail"}) {
            if (json.getValue(key) instanceof String text) {
                return text;
            }
        }
        return json.encode();
    }
}
