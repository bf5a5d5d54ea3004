package dev.millrace.sse;

/** What is said to a reader who is asked to go on elsewhere although his stream is not over. */
@FunctionalInterface
public interface Farewell {

    /**
     * Writes what there is to say and ends the stream or resets it; or does nothing, when the stream is about to end by
     * itself. Called once, on the event loop.
     *
     * @param retryMillis how long this reader shall wait before he comes back
     * @param draining whether the process is about to stop; else the stream has only become old
     */
    void say(long retryMillis, boolean draining);
}
