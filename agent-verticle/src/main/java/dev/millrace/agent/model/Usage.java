package dev.millrace.agent.model;

/**
 * What an answer cost.
 *
 * @param estimated whether the tokens were counted by us from the text, and not by whoever charges for them
 */
public record Usage(int inputTokens, int outputTokens, boolean estimated) {

    private static final int CHARACTERS_PER_TOKEN = 4;

    /** For an answer nobody counted: English has about four characters to a token. */
    public static Usage estimate(int inputCharacters, int outputCharacters) {
        return new Usage(tokens(inputCharacters), tokens(outputCharacters), true);
    }

    /** Both together; estimated when one of them is. */
    public Usage plus(Usage other) {
        return new Usage(
                inputTokens + other.inputTokens, outputTokens + other.outputTokens, estimated || other.estimated);
    }

    private static int tokens(int characters) {
        return (characters + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
    }
}
