package dev.millrace.http;

import dev.millrace.json.JsonKind;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A JSON object that came as a request's body, asked field by field. A field of the wrong type is a 400 that names it; a
 * field nobody asks for is ignored.
 */
public final class Body {

    /** Where the parser's message turns from the JSON to itself: its settings, and the source it does not show. */
    private static final Pattern PARSER_TALK = Pattern.compile("\n|:? \\(start marker at|: enable `|, from `");

    private final JsonObject json;

    private Body(JsonObject json) {
        this.json = json;
    }

    /**
     * Reads at most {@code limitBytes} into memory; more is 413. It may stand behind {@link Credentials}, so that a
     * stranger cannot make us hold a body: vertx-web would refuse that order for its own body handler, because a handler
     * before it could lose the body, and ours pauses the request while it looks at the token.
     */
    public static Handler<RoutingContext> upTo(long limitBytes) {
        BodyHandler body = BodyHandler.create(false).setBodyLimit(limitBytes);
        return ctx -> {
            body.handle(ctx);
            HttpServerRequest request = ctx.request();
            if (!request.isEnded()) {
                // In place of vertx-web's, to which a client that leaves is a failure of ours.
                request.exceptionHandler(broken -> ctx.fail(broken(broken)));
            }
        };
    }

    private static Problem broken(Throwable cause) {
        String what = cause instanceof HttpClosedException ? "The body broke off." : "The body's chunks are malformed.";
        return Problem.badRequest("bad_http", what).header("Connection", "close");
    }

    /** The body's bytes, if its media type is one of these; else 415. */
    public static Buffer bytes(RoutingContext ctx, Set<String> mediaTypes) {
        String type = mediaType(ctx);
        if (!mediaTypes.contains(type)) {
            throw new Problem(
                    415,
                    "unsupported_media_type",
                    "This route takes "
                            + String.join(" or ", mediaTypes.stream().sorted().toList()) + ", not "
                            + (type.isEmpty() ? "a body without Content-Type" : "'" + type + "'") + ".");
        }
        Buffer body = ctx.body().buffer();
        return body == null ? Buffer.buffer() : body;
    }

    /** The media type of the request's body in lower case, without parameters; empty when none is named. */
    public static String mediaType(RoutingContext ctx) {
        String header = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (header == null) {
            return "";
        }
        int end = header.indexOf(';');
        return (end < 0 ? header : header.substring(0, end)).trim().toLowerCase(java.util.Locale.ROOT);
    }

    /** The body as a JSON object; 400 for anything else. */
    public static Body json(RoutingContext ctx) {
        return new Body(object(bytes(ctx, Set.of("application/json"))));
    }

    /** JSON that must be an object. */
    public static JsonObject object(Buffer bytes) {
        Object value = value(bytes);
        if (value instanceof JsonObject object) {
            return object;
        }
        throw Problem.badRequest("not_an_object", "The body must be a JSON object, and is " + JsonKind.of(value) + ".");
    }

    /** JSON of any kind. */
    public static Object value(Buffer bytes) {
        Utf8.require(bytes);
        if (bytes.toString().isBlank()) {
            throw Problem.badRequest("bad_json", "The body is empty; it must be a JSON object.");
        }
        try {
            Object value = io.vertx.core.json.Json.decodeValue(bytes);
            if (value == null) {
                throw Problem.badRequest("not_an_object", "The body must be a JSON object, and is null.");
            }
            return value;
        } catch (DecodeException e) {
            throw Problem.badRequest("bad_json", "The body is not JSON: " + firstLine(e) + ".");
        }
    }

    /** The parser's own words say what; what follows them is about the parser. */
    private static String firstLine(DecodeException e) {
        String message = String.valueOf(e.getMessage()).replace("Failed to decode:", "");
        String line = PARSER_TALK.split(message, 2)[0].trim();
        return line.length() <= 160 ? line : line.substring(0, 160) + "…";
    }

    public JsonObject toJson() {
        return json;
    }

    public boolean has(String field) {
        return json.getValue(field) != null;
    }

    public Optional<String> text(String field) {
        return Optional.ofNullable(json.getValue(field)).map(value -> require(field, value, String.class));
    }

    public boolean flag(String field) {
        Object value = json.getValue(field);
        return value != null && require(field, value, Boolean.class);
    }

    /** A whole number between the bounds. */
    public Optional<Long> number(String field, long least, long most) {
        return Optional.ofNullable(json.getValue(field)).map(value -> {
            if (!(value instanceof Integer || value instanceof Long)) {
                throw Problem.badRequest(
                                "bad_field",
                                "'" + field + "' must be a whole number from " + least + " to " + most + ", and is "
                                        + (value instanceof Number number ? number.doubleValue() : JsonKind.of(value))
                                        + ".")
                        .with("field", field);
            }
            long number = ((Number) value).longValue();
            if (number < least || number > most) {
                throw Problem.badRequest(
                                "bad_field",
                                "'" + field + "' must be between " + least + " and " + most + ", and is " + number
                                        + ".")
                        .with("field", field);
            }
            return number;
        });
    }

    public Optional<JsonObject> object(String field) {
        return Optional.ofNullable(json.getValue(field)).map(value -> require(field, value, JsonObject.class));
    }

    /** An array of strings. */
    public Optional<List<String>> texts(String field) {
        return Optional.ofNullable(json.getValue(field)).map(value -> {
            JsonArray array = require(field, value, JsonArray.class);
            return array.stream()
                    .map(item -> require(field + "[]", item, String.class))
                    .toList();
        });
    }

    public Object value(String field) {
        return json.getValue(field);
    }

    private static <T> T require(String field, Object value, Class<T> type) {
        if (!type.isInstance(value)) {
            throw wrong(field, name(type), value);
        }
        return type.cast(value);
    }

    /** The 400 for a field that is something else than {@code expected}. */
    public static Problem wrong(String field, String expected, Object value) {
        return Problem.badRequest(
                        "bad_field", "'" + field + "' must be " + expected + ", and is " + JsonKind.of(value) + ".")
                .with("field", field);
    }

    private static String name(Class<?> type) {
        if (type == String.class) {
            return "a string";
        }
        if (type == Boolean.class) {
            return "true or false";
        }
        return type == JsonArray.class ? "an array" : "an object";
    }
}
