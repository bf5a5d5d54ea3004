package dev.millrace.audio.speech;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;

/**
 * Makes an engine when it is asked for by its name. Providers are found by {@link java.util.ServiceLoader}, as {@link
 * SpeechToTextProvider} or {@link TextToSpeechProvider}, and all of them are made at start to read their names: a
 * provider's class must load nothing of its engine.
 */
public interface SpeechProvider<E extends SpeechEngine> {

    /** As in {@code --stt} and {@code --tts}: lower case letters, digits and dashes. */
    String name();

    /** The settings it takes; one that is given and not taken is refused, because it would be without effect in silence. */
    Set<EngineSetting> takes();

    /** The settings without which it cannot work; empty for an engine that needs no configuration. */
    Set<EngineSetting> needs();

    /**
     * Makes the engine. Nothing is loaded yet that an unused engine can do without, and nothing is connected.
     *
     * @return the engine; failed with {@link IllegalArgumentException} and a sentence for a setting that cannot work
     */
    Future<E> open(Vertx vertx, EngineSettings settings);
}
