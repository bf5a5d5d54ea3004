package dev.millrace.agent.model;

import io.vertx.core.streams.ReadStream;

/**
 * One answer as it comes. Ends with {@code endHandler} when it is whole; anything else that stops it arrives at
 * {@code exceptionHandler}, exactly one of the two, once. Paused, it produces nothing.
 */
public interface Generation extends ReadStream<Delta> {

    /** Stops the work behind the answer at once; no handler is called afterwards. Harmless when already over. */
    void cancel();
}
