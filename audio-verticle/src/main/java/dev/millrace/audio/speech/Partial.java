package dev.millrace.audio.speech;

/**
 * A guess at an utterance that is still going on; the next one replaces it.
 *
 * @param text the whole utterance so far
 * @param stableChars how many UTF-16 units of it, from the start, no later guess is expected to change; 0 where the engine
 *     does not say
 */
public record Partial(String text, int stableChars) {

    public Partial {
        if (stableChars < 0 || stableChars > text.length()) {
            throw new IllegalArgumentException("stableChars is " + stableChars + " of " + text.length());
        }
    }
}
