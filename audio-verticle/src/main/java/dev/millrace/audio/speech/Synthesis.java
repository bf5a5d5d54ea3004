package dev.millrace.audio.speech;

import io.vertx.core.streams.ReadStream;

/**
 * One sentence as it is spoken. Ends with {@code endHandler} when it is whole, and anything else that stops it arrives at
 * {@code exceptionHandler} as a {@link SpeechFailure}: exactly one of the two, once. Paused, it gives nothing, and what
 * the engine is ahead by is bounded: whoever wants at most 3 seconds fetches chunk by chunk and counts their samples.
 */
public interface Synthesis extends ReadStream<SpeechChunk> {

    /** Stops the work behind the speech at once; no handler is called afterwards. Harmless when already over. */
    void cancel();
}
