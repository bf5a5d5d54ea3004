package dev.millrace.agent;

/**
 * What an answer cost.
 *
 * @param estimated whether the tokens were counted by us from the text, and not by whoever charges for them
 */
record Usage(int inputTokens, int outputTokens, boolean estimated) {

    private static final int CHARACTERS_PER_TOKEN = 4;

    /** For an answer nobody counted: English has about four characters to a token. */
    static Usage estimate(String input, String output) {
        return new Usage(tokens(input), tokens(output), true);
    }

    private static int tokens(String text) {
        return (text.length() + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
    }
}
