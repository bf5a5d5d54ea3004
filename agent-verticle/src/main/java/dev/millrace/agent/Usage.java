package dev.millrace.agent;

/**
 * What an answer cost.
 *
 * @param estimated whether the tokens were counted by us from the text, and not by whoever charges for them
 */
record Usage(int inputTokens, int outputTokens, boolean estimated) {}
