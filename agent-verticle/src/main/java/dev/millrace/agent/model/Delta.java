package dev.millrace.agent.model;

import org.jspecify.annotations.Nullable;

/** A piece of an answer. */
public sealed interface Delta {

    /** The next piece of the answer's text. */
    record Text(String text) implements Delta {}

    /** The next piece of what the model thinks before it answers; no part of the answer. */
    record Reasoning(String text) implements Delta {}

    /**
     * The model asks for a tool to be called. Comes when all of the call is known, before the finish.
     *
     * @param id by which the call's result is given back; never empty
     * @param arguments JSON as the model wrote it, which may be broken; <code>{}</code> when it wrote nothing
     */
    record ToolCall(String id, String name, String arguments) implements Delta {}

    /**
     * Where a stretch of the answer comes from.
     *
     * @param n the number a reader sees, from 1 in order of first use
     * @param quote what the source says, word for word
     * @param start first UTF-16 unit of the stretch in the whole answer
     * @param end one past the last
     */
    record Citation(
            int n, String title, String source, @Nullable String url, String quote, int start, int end)
            implements Delta {}

    /** Something a reader should know before trusting the answer. */
    record Caution(String code, String message) implements Delta {}

    /** The last delta of a whole answer. */
    record Finish(String reason, Usage usage) implements Delta {}
}
