package dev.millrace.feed;

import dev.millrace.json.JsonKind;
import dev.millrace.run.Refusal;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What CloudEvents 1.0 asks of attributes (spec.md, sections "Type System" and "Context Attributes", and its JSON
 * format), with bounds where it has none.
 */
final class Attributes {

    private static final int MAX_EXTENSIONS = 64;
    private static final int MAX_NAME = 64;
    private static final int MAX_TEXT = 1024;
    private static final int MAX_TYPE = 255;
    private static final int MAX_EXTENSION_TEXT = 4096;

    private static final Map<String, BiConsumer<String, Object>> KNOWN = Map.of(
            "id", (name, value) -> text(name, value, MAX_TEXT),
            "source", Attributes::source,
            "type", Attributes::type,
            "subject", (name, value) -> text(name, value, MAX_TEXT),
            "time", Attributes::time,
            "datacontenttype", Attributes::mediaType,
            "dataschema", Attributes::schema);

    /** RFC 3339, section 5.6. The quantifiers have no way back. */
    private static final Pattern TIME = Pattern.compile(
            "(\\d{4}-\\d{2}-\\d{2})[Tt](\\d{2}:\\d{2}):(\\d{2})(?:\\.\\d{1,32}+)?(?:[Zz]|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)");

    private static final Pattern NAME = Pattern.compile("[a-z0-9]+");
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[A-Za-z0-9!#$&^_.+-]++/[A-Za-z0-9!#$&^_.+-]++ *+(?:;[\\x20-\\x7e]*+)?");

    private Attributes() {}

    /** @throws Refusal 400 naming the attribute that is missing or wrong */
    static void check(JsonObject event) {
        if (!"1.0".equals(event.getValue("specversion"))) {
            throw wrong("specversion", "must be \"1.0\"");
        }
        for (String name : new String[] {"id", "source", "type"}) {
            check(name, event.getValue(name));
        }
        if (event.size() > KNOWN.size() + 3 + MAX_EXTENSIONS) {
            throw wrong("specversion", "stands beside more than " + MAX_EXTENSIONS + " extensions");
        }
        KNOWN.forEach((name, check) -> {
            Object value = event.getValue(name);
            if (value != null) { // null is how the JSON format says that an attribute is not there
                check.accept(name, value);
            }
        });
        event.fieldNames().forEach(name -> extension(name, event.getValue(name)));
        data(event);
    }

    private static void check(String required, @Nullable Object value) {
        if (value == null) {
            throw wrong(required, "is missing");
        }
        Objects.requireNonNull(KNOWN.get(required)).accept(required, value);
    }

    private static void extension(String name, @Nullable Object value) {
        if (KNOWN.containsKey(name)
                || name.equals("specversion")
                || name.equals("data")
                || name.equals("data_base64")) {
            return;
        }
        String shown = name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "…";
        if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
            throw wrong(shown, "is no name for an attribute: lower-case letters and digits, at most " + MAX_NAME);
        }
        if (value instanceof String text) {
            if (text.length() > MAX_EXTENSION_TEXT) {
                throw wrong(name, "is longer than " + MAX_EXTENSION_TEXT + " characters");
            }
            characters(name, text);
        } else if (value != null && !(value instanceof Boolean) && !(value instanceof Integer)) {
            throw wrongType(name, "a string, true, false or a whole number of 32 bits", value);
        }
    }

    private static void data(JsonObject event) {
        if (!event.containsKey("data_base64")) {
            return;
        }
        if (event.containsKey("data")) {
            throw wrong("data_base64", "must not stand beside 'data'");
        }
        if (!(event.getValue("data_base64") instanceof String text)) {
            throw wrongType("data_base64", "a string", event.getValue("data_base64"));
        }
        try {
            Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw wrong("data_base64", "is not base64");
        }
    }

    private static String text(String name, Object value, int most) {
        if (!(value instanceof String text)) {
            throw wrongType(name, "a string", value);
        }
        if (text.isEmpty()) {
            throw wrong(name, "is empty");
        }
        if (text.length() > most) {
            throw wrong(name, "is longer than " + most + " characters");
        }
        characters(name, text);
        return text;
    }

    /** Unicode without control characters, halves of pairs and code points that are no characters. */
    private static void characters(String name, String text) {
        boolean bad = text.codePoints()
                .anyMatch(c -> Character.isISOControl(c)
                        || (c >= 0xd800 && c <= 0xdfff)
                        || (c & 0xfffe) == 0xfffe
                        || (c >= 0xfdd0 && c <= 0xfdef));
        if (bad) {
            throw wrong(name, "has a control character, or a code point that is none");
        }
    }

    private static void source(String name, Object value) {
        uri(name, text(name, value, MAX_TEXT));
    }

    private static void schema(String name, Object value) {
        if (!uri(name, text(name, value, MAX_TEXT)).isAbsolute()) {
            throw wrong(name, "must be an absolute URI");
        }
    }

    private static URI uri(String name, String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw wrong(name, "must be a URI, like /shop or https://example.com/shop");
        }
    }

    private static void type(String name, Object value) {
        String type = text(name, value, Integer.MAX_VALUE);
        if (type.length() > MAX_TYPE || type.indexOf('.') < 0 || type.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            // Names without dots are ours: gap, reset, warning, expiring. Line breaks would end an SSE field.
            throw wrong(name, "must be printable ASCII with a dot, like com.example.order.placed.v1");
        }
    }

    private static void mediaType(String name, Object value) {
        if (!MEDIA_TYPE.matcher(text(name, value, MAX_TEXT)).matches()) {
            throw wrong(name, "must be a media type, like application/json");
        }
    }

    private static void time(String name, Object value) {
        var form = TIME.matcher(text(name, value, 64));
        if (!form.matches()) {
            throw wrong(name, "must be a time of RFC 3339, like 2026-11-20T10:11:53.943Z");
        }
        try {
            String second = form.group(3).equals("60") ? "59" : form.group(3); // a leap second is a good time
            LocalDateTime.parse(form.group(1) + "T" + form.group(2) + ":" + second);
        } catch (DateTimeException e) {
            throw wrong(name, "is no time that there is");
        }
    }

    static Refusal wrong(String attribute, String what) {
        return refusal("bad_event", attribute, "The CloudEvent's '" + attribute + "' " + what + ".");
    }

    private static Refusal wrongType(String attribute, String expected, Object value) {
        return refusal(
                "bad_field",
                attribute,
                "'" + attribute + "' must be " + expected + ", and is " + JsonKind.of(value) + ".");
    }

    private static Refusal refusal(String code, String attribute, String sentence) {
        return new Refusal(400, code, sentence, new JsonObject().put("field", attribute));
    }
}
