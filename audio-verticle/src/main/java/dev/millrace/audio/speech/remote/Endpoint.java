package dev.millrace.audio.speech.remote;

import dev.millrace.audio.speech.EngineSettings;
import dev.millrace.audio.speech.SpeechFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where an engine is reached, and what it is told of us.
 *
 * @param engine as people call it, for messages
 * @param url what stands before the paths of its API
 * @param key null for a server that asks for none
 */
record Endpoint(String engine, URI url, @Nullable String key) {

    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");
    private static final int LONGEST_MESSAGE = 300;

    /** From settings with a URL. Reads the key's file: blocks. */
    static Endpoint of(String engine, EngineSettings settings) {
        URI url = settings.url();
        if (url == null) {
            throw new IllegalArgumentException(engine + " needs a URL");
        }
        if (url.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "the URL of " + engine + " has a user or a password in it; a key belongs in its key file");
        }
        Path file = settings.keyFile();
        return new Endpoint(engine, url, file == null ? null : key(file));
    }

    private static String key(Path file) {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the key file " + file + " cannot be read, or is not UTF-8; name another");
        }
        if (!VISIBLE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "the key file " + file + " must hold one line with a key and nothing else");
        }
        return text;
    }

    /** The URL of a path of the API, over HTTP. */
    String http(String path) {
        return url.getScheme() + "://" + url.getRawAuthority() + base() + path
                + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
    }

    /** The URL of a path of the API, over a WebSocket; the path has a query. */
    String socket(String pathAndQuery) {
        String scheme = "https".equalsIgnoreCase(url.getScheme()) ? "wss" : "ws";
        return scheme + "://" + url.getRawAuthority() + base() + pathAndQuery
                + (url.getRawQuery() == null ? "" : "&" + url.getRawQuery());
    }

    private String base() {
        return String.valueOf(url.getRawPath()).replaceFirst("/+$", "");
    }

    /** For people: without a query, which may hold a secret. */
    String place() {
        return url.getScheme() + "://" + url.getRawAuthority() + base();
    }

    /** An answer with a status that is no success. */
    SpeechFailure refused(int status, String said) {
        String message = engine + " answered " + status + (said.isBlank() ? "" : ": " + quoted(said));
        if (status == 429) {
            return SpeechFailure.busy(message);
        }
        if (status == 408 || status == 504) {
            return SpeechFailure.late(message);
        }
        return status >= 400 && status < 500 ? SpeechFailure.refused(message) : SpeechFailure.broken(message);
    }

    SpeechFailure broken(String what) {
        return SpeechFailure.broken(engine + " " + what);
    }

    SpeechFailure unreachable(Throwable cause) {
        return cause instanceof SpeechFailure known
                ? known
                : SpeechFailure.unreachable(engine + " at " + place() + " cannot be reached: " + cause.getMessage());
    }

    /** What a server said, on one line, not too long, and without our key: servers like to repeat what they were sent. */
    String quoted(String said) {
        String line = said.replaceAll("\\s+", " ").strip();
        line = key == null ? line : line.replace(key, "…");
        return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "…";
    }
}
