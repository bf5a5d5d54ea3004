package dev.millrace.agent;

import dev.millrace.launch.Misuse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files that flags name: secrets stand in files, for the command line ends up in process lists. What is wrong with one is
 * said without what stands in it.
 */
final class ModelFiles {

    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");
    private static final Pattern HEADER = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*([\\x20-\\x7e]*)");

    private ModelFiles() {}

    static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new Misuse("the file " + file + " cannot be read, or is not UTF-8; name another");
        }
    }

    /** A key: one line, without blanks. */
    static String key(Path file) {
        String text = text(file);
        if (!VISIBLE.matcher(text).matches()) {
            throw new Misuse("the key file " + file + " must hold one line with a key and nothing else");
        }
        return text;
    }

    /** Headers, a line each; empty lines and those that begin with # are none. */
    static Map<String, String> headers(Path file) {
        Map<String, String> headers = new LinkedHashMap<>();
        int number = 0;
        for (String line : text(file).lines().toList()) {
            number++;
            Matcher header = HEADER.matcher(line.strip());
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (!header.matches()) {
                throw new Misuse("line " + number + " of the header file " + file + " is not like 'Name: value'");
            }
            headers.put(header.group(1), header.group(2));
        }
        return headers;
    }
}
