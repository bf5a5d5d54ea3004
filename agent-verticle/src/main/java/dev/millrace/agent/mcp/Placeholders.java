package dev.millrace.agent.mcp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts what must not stand in a file in its place: {@code ${env:NAME}} and {@code ${file:PATH}}. */
final class Placeholders {

    private static final Pattern PLACE = Pattern.compile("\\$\\{([^}]*)(}?)");

    private final Function<String, @Nullable String> environment;

    Placeholders(Function<String, @Nullable String> environment) {
        this.environment = environment;
    }

    /**
     * The text with all of them filled in. Blocks.
     *
     * @throws IllegalArgumentException for one that cannot be, with the end of a sentence about the text
     */
    String expand(String text) {
        Matcher place = PLACE.matcher(text);
        StringBuilder expanded = new StringBuilder();
        while (place.find()) {
            place.appendReplacement(expanded, Matcher.quoteReplacement(value(place.group(1), place.group(2))));
        }
        return place.appendTail(expanded).toString();
    }

    private String value(String name, String end) {
        if (end.isEmpty()) {
            throw new IllegalArgumentException("has a ${ without its }");
        }
        if (name.startsWith("env:")) {
            String value = environment.apply(name.substring(4));
            if (value == null) {
                throw new IllegalArgumentException("needs the environment variable " + name.substring(4));
            }
            return value;
        }
        if (name.startsWith("file:")) {
            return file(name.substring(5));
        }
        throw new IllegalArgumentException("has ${" + name + "}, and there is only ${env:NAME} and ${file:PATH}");
    }

    private static String file(String path) {
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException("needs the file " + path + ", which cannot be read or is not UTF-8");
        }
    }
}
