package dev.millrace.agent.mcp;

import dev.millrace.json.JsonKind;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file that lists the servers, in the form that other programs use. A key that is not known is refused: misspelt, it
 * would be without effect in silence. What is wrong is said with its key, and without a value that could be a secret.
 */
final class ServerFile {

    private static final int LONGEST_NAME = 64;
    private static final Set<String> OF_PROGRAM = Set.of("type", "command", "args", "env");
    private static final Set<String> OF_REMOTE = Set.of("type", "url", "headers");
    private static final Set<String> HTTP = Set.of("http", "streamable-http");
    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern VISIBLE = Pattern.compile("[\\x20-\\x7e]*");

    /** Those that a connection sets itself. */
    private static final Set<String> RESERVED = Set.of("connection", "content-length", "expect", "host", "upgrade");

    private final Path file;
    private final Placeholders placeholders;

    private ServerFile(Path file, Function<String, @Nullable String> environment) {
        this.file = file;
        this.placeholders = new Placeholders(environment);
    }

    /**
     * The servers by name, in the order of the file. Blocks.
     *
     * @throws IllegalArgumentException with a sentence about what is wrong
     */
    static Map<String, Address> read(Path file, Function<String, @Nullable String> environment) {
        return new ServerFile(file, environment).read();
    }

    private Map<String, Address> read() {
        JsonObject root;
        try {
            root = new JsonObject(Files.readString(file));
        } catch (IOException e) {
            throw new IllegalArgumentException("the file " + file + " cannot be read, or is not UTF-8; name another");
        } catch (DecodeException | ClassCastException e) {
            throw wrong("", "is not a JSON object"); // the cause may quote what stands in it
        }
        refuseUnknown("", root, Set.of("mcpServers"));
        JsonObject servers = object("mcpServers", root.getValue("mcpServers"));
        Map<String, Address> read = new LinkedHashMap<>();
        for (String name : servers.fieldNames()) {
            if (name.isBlank() || name.length() > LONGEST_NAME) {
                throw wrong("mcpServers", "has a name that is empty or longer than " + LONGEST_NAME + " characters");
            }
            String key = "mcpServers." + name;
            read.put(name, address(key, object(key, servers.getValue(name))));
        }
        return read;
    }

    private Address address(String key, JsonObject entry) {
        boolean program = entry.containsKey("command");
        if (program == entry.containsKey("url")) {
            throw wrong(key, "must have either 'command' or 'url'");
        }
        refuseUnknown(key, entry, program ? OF_PROGRAM : OF_REMOTE);
        refuseOtherType(key, entry, program);
        return program
                ? new Address.Program(
                        text(key + ".command", entry.getValue("command")),
                        texts(key + ".args", entry.getValue("args")),
                        map(key + ".env", entry.getValue("env")))
                : new Address.Remote(url(key + ".url", entry.getValue("url")), headers(key + ".headers", entry));
    }

    private void refuseOtherType(String key, JsonObject entry, boolean program) {
        Object type = entry.getValue("type");
        if (type != null && !(program ? type.equals("stdio") : HTTP.contains(type))) {
            throw wrong(
                    key + ".type",
                    program ? "must be stdio for a command" : "must be http for a url; the older sse is not spoken");
        }
    }

    private URI url(String key, @Nullable Object value) {
        try {
            URI url = new URI(text(key, value));
            String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
                throw wrong(key, "must be an http or https URL");
            }
            if (url.getRawUserInfo() != null) {
                throw wrong(key, "has a user or a password in it; a key belongs in 'headers'");
            }
            return url;
        } catch (URISyntaxException e) {
            throw wrong(key, "must be an http or https URL");
        }
    }

    private Map<String, String> headers(String key, JsonObject entry) {
        Map<String, String> headers = map(key, entry.getValue("headers"));
        headers.forEach((name, value) -> {
            if (!HEADER.matcher(name).matches() || RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
                throw wrong(key, "has the name '" + name + "', which cannot be set");
            }
            if (!VISIBLE.matcher(value).matches()) {
                throw wrong(key + "." + name, "must be one line of visible characters");
            }
        });
        return headers;
    }

    private Map<String, String> map(String key, @Nullable Object value) {
        Map<String, String> map = new LinkedHashMap<>();
        if (value != null) {
            object(key, value).forEach(entry -> {
                String own = key + "." + entry.getKey();
                map.put(entry.getKey(), expanded(own, string(own, entry.getValue())));
            });
        }
        return map;
    }

    private List<String> texts(String key, @Nullable Object value) {
        List<String> texts = new ArrayList<>();
        if (value == null) {
            return texts;
        }
        if (!(value instanceof JsonArray array)) {
            throw wrong(key, "must be an array, and is " + JsonKind.of(value));
        }
        for (int i = 0; i < array.size(); i++) {
            String own = key + "[" + i + "]";
            texts.add(expanded(own, string(own, array.getValue(i))));
        }
        return texts;
    }

    private String text(String key, @Nullable Object value) {
        String text = expanded(key, string(key, value));
        if (text.isBlank()) {
            throw wrong(key, "must not be empty");
        }
        return text;
    }

    private String string(String key, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw wrong(key, "must be a string, and is " + JsonKind.of(value));
    }

    private String expanded(String key, String text) {
        try {
            return placeholders.expand(text);
        } catch (IllegalArgumentException e) {
            throw wrong(key, String.valueOf(e.getMessage()));
        }
    }

    private JsonObject object(String key, @Nullable Object value) {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw wrong(key, value == null ? "is missing" : "must be an object, and is " + JsonKind.of(value));
    }

    private void refuseUnknown(String key, JsonObject object, Set<String> known) {
        for (String name : object.fieldNames()) {
            if (!known.contains(name)) {
                throw wrong(
                        key.isEmpty() ? name : key + "." + name,
                        "is not known; there is: "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    private IllegalArgumentException wrong(String key, String what) {
        return new IllegalArgumentException(
                key.isEmpty() ? "the file " + file + " " + what : "'" + key + "' in the file " + file + " " + what);
    }
}
