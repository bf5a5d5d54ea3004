package dev.millrace.audio.wire;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object that a client sent. Each is asked for once, by name and with its bounds, and what was not asked
 * for is refused at the end: a misspelt setting would be silently without effect.
 */
final class Fields {

    private static final int LONGEST_SHOWN = 64;

    private final String path;
    private final JsonObject json;
    private final Set<String> known = new LinkedHashSet<>(Set.of("type", "id"));

    Fields(JsonObject json) {
        this("", json);
    }

    private Fields(String path, JsonObject json) {
        this.path = path;
        this.json = json;
    }

    private @Nullable Object value(String name) {
        known.add(name);
        return json.getValue(name);
    }

    @Nullable
    String text(String name, int longest) {
        Object value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof String text && text.length() <= longest) {
            return text;
        }
        throw wrong(name, "a text of at most " + longest + " characters", value);
    }

    String required(String name, int longest) {
        String text = text(name, longest);
        if (text == null) {
            throw missing(name);
        }
        return text;
    }

    boolean flag(String name, boolean otherwise) {
        Object value = value(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(name, "true or false", value);
    }

    long number(String name, long least, long most, long otherwise) {
        Object value = value(name);
        return value == null ? otherwise : number(name, least, most, value);
    }

    private long number(String name, long least, long most, @Nullable Object value) {
        if ((value instanceof Integer || value instanceof Long)
                && ((Number) value).longValue() >= least
                && ((Number) value).longValue() <= most) {
            return ((Number) value).longValue();
        }
        throw wrong(name, "a whole number from " + least + " to " + most, value);
    }

    /** One of the names of an enum, in lower case. */
    <E extends Enum<E>> E choice(String name, E otherwise) {
        Object value = value(name);
        if (value == null) {
            return otherwise;
        }
        Set<String> names = new TreeSet<>();
        for (E constant : otherwise.getDeclaringClass().getEnumConstants()) {
            String text = constant.name().toLowerCase(Locale.ROOT);
            if (text.equals(value)) {
                return constant;
            }
            names.add(text);
        }
        throw wrong(name, "one of " + String.join(", ", names), value);
    }

    /** Two numbers: so many of so many. */
    int @Nullable [] pair(String name, int most) {
        Object value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof JsonArray array && array.size() == 2) {
            int of = (int) number(name + "[1]", 1, most, array.getValue(1));
            return new int[] {(int) number(name + "[0]", 1, of, array.getValue(0)), of};
        }
        throw wrong(name, "two numbers like [3, 3]", value);
    }

    /** An object within; an empty one where there is none. */
    Fields object(String name) {
        Object value = value(name);
        if (value == null) {
            return new Fields(path + name + ".", new JsonObject());
        }
        if (value instanceof JsonObject object) {
            return new Fields(path + name + ".", object);
        }
        throw wrong(name, "an object", value);
    }

    boolean has(String name) {
        return value(name) != null;
    }

    /** @throws WrongMessage when there are fields that nobody asked for */
    void end() {
        for (String name : json.fieldNames()) {
            if (!known.contains(name)) {
                throw WrongMessage.harmless("unknown_field", "There is no field " + shown(path + name) + " here.");
            }
        }
    }

    WrongMessage missing(String name) {
        return WrongMessage.harmless("bad_field", "'" + path + name + "' is missing.");
    }

    WrongMessage wrong(String name, String expected, @Nullable Object value) {
        return WrongMessage.harmless(
                "bad_field", "'" + path + name + "' must be " + expected + ", not " + shown(value) + ".");
    }

    /** As it may stand in a message for people. */
    static String shown(@Nullable Object value) {
        String text = value instanceof String string ? "'" + string + "'" : String.valueOf(value);
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }
}
