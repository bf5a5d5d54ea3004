package dev.millrace.auth;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a token may allow; each route asks for one of these. */
public enum Scope {
    /** Start, watch, steer and cancel runs on {@code /api/chat}. */
    CHAT("chat"),
    /** Open a voice session on {@code /api/audio}. */
    AUDIO("audio"),
    /** Have one's voice session captured in a file of the server's. */
    AUDIO_CAPTURE("audio:capture"),
    /** Read feeds on {@code /api/events}. */
    EVENTS_READ("events:read"),
    /** Publish to feeds on {@code /api/events}. */
    EVENTS_PUBLISH("events:publish");

    private final String text;

    Scope(String text) {
        this.text = text;
    }

    /** The name this scope has in a token. */
    public String text() {
        return text;
    }

    /**
     * Reads a scope that a person typed. Case counts, as it does in tokens.
     *
     * @throws IllegalArgumentException for anything else, with the list of what is valid
     */
    public static Scope parse(String text) {
        return find(text)
                .orElseThrow(() -> new IllegalArgumentException("unknown scope '" + text + "'; valid are " + all()));
    }

    /** The scope of that name, if we know it: tokens carry scopes of other services too. */
    static Optional<Scope> find(String text) {
        return Arrays.stream(values()).filter(scope -> scope.text.equals(text)).findFirst();
    }

    private static String all() {
        return Arrays.stream(values()).map(Scope::text).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return text;
    }
}
