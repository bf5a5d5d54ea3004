package dev.millrace.audio.speech;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one engine is set up; null is what the flags did not say.
 *
 * @param url where it is reached
 * @param keyFile a file that holds the key it wants, and nothing else
 * @param model which of its models
 * @param rate samples a second it speaks at, where nothing in its answer says
 * @param grammar a JSGF file with what may be said
 * @param deadline how long it may be silent while an answer of it is due
 */
public record EngineSettings(
        @Nullable URI url,
        @Nullable Path keyFile,
        @Nullable String model,
        @Nullable String language,
        @Nullable String voice,
        @Nullable Integer rate,
        @Nullable Path grammar,
        Duration deadline) {

    /** Nothing set but how long to wait. */
    public static EngineSettings within(Duration deadline) {
        return new EngineSettings(null, null, null, null, null, null, null, deadline);
    }

    /** Which settings have a value. */
    public Set<EngineSetting> given() {
        Set<EngineSetting> given = EnumSet.noneOf(EngineSetting.class);
        for (EngineSetting setting : EngineSetting.values()) {
            if (value(setting) != null) {
                given.add(setting);
            }
        }
        return given;
    }

    private @Nullable Object value(EngineSetting setting) {
        return switch (setting) {
            case URL -> url;
            case KEY_FILE -> keyFile;
            case MODEL -> model;
            case LANGUAGE -> language;
            case VOICE -> voice;
            case RATE -> rate;
            case GRAMMAR -> grammar;
        };
    }
}
