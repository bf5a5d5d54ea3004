package dev.millrace.audio.speech;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was said in one utterance.
 *
 * @param text empty when there was nothing to understand
 * @param words in order; empty where the engine does not tell them
 * @param confidence from 0 to 1; null where the engine does not say
 */
public record Transcript(
        String text, List<Word> words, @Nullable Double confidence) {

    /**
     * One word and when it was said.
     *
     * @param fromMs since the first sample of the utterance
     * @param toMs since the first sample of the utterance
     * @param confidence from 0 to 1; null where the engine does not say
     */
    public record Word(
            String text, int fromMs, int toMs, @Nullable Double confidence) {}

    public Transcript {
        words = List.copyOf(words);
    }

    /** From an engine that tells the text and nothing else. */
    public static Transcript of(String text) {
        return new Transcript(text, List.of(), null);
    }
}
