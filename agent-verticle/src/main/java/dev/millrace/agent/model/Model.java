package dev.millrace.agent.model;

import io.vertx.core.Future;

/** Something that answers: given the conversation and what was found for it, it streams an answer. */
public interface Model {

    /** How the model is called in logs and in what people see. */
    String name();

    /**
     * Begins an answer. Called on the run's context; the deltas come on the same context, none before a handler is set.
     * Fails with {@link ToolsRefused} when it was given tools and cannot call any.
     */
    Generation generate(Prompt prompt);

    /** Whether it may be given tools to call; else it is given what was found for the question. May change. */
    default boolean callsTools() {
        return false;
    }

    /** Whether it names passages in its text by their numbers in brackets, as in [1], and leaves citing to us. */
    default boolean marksSources() {
        return false;
    }

    /** Whether it can be called once more within an answer, with what it has said and what was said to it meanwhile. */
    default boolean isSteerable() {
        return false;
    }

    /** Whether it can write a summary of what was said: one that quotes documents cannot. */
    default boolean summarizes() {
        return false;
    }

    /**
     * Waits for work that was cancelled and is not off its thread yet: what it comes to when the event loops are gone has
     * nowhere to go. Nothing is generated after this.
     */
    default Future<?> close() {
        return Future.succeededFuture();
    }
}
