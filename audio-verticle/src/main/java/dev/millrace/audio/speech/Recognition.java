package dev.millrace.audio.speech;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;

/**
 * One utterance on its way to a transcript. Frames are written as they come, then {@link #end()} says that the utterance
 * is over, and {@link #transcript()} is completed: always, and once. All on the event loop that began it.
 */
public interface Recognition {

    /** Most audio that may wait for an engine, in milliseconds: what is behind by more would never catch up. */
    int MAX_QUEUED_MILLIS = 5_000;

    /**
     * Gives the engine more of the utterance.
     *
     * @param pcm s16le mono at {@link SpeechToText#RATE}, whole samples, as many as there are; not changed afterwards
     * @return false when so much waits for the engine already that this was not taken; it may be offered again, or dropped
     *     and said. Also false after {@link #end()}, {@link #cancel()} and a failure
     */
    boolean write(Buffer pcm);

    /** Audio that was taken and that the engine has not got yet, in milliseconds: the engine's lag. */
    int queuedMillis();

    /** The utterance is over: the transcript is due. Again is harmless. */
    void end();

    /** Nobody wants the transcript any more: the work stops at once. Harmless when it is over. */
    void cancel();

    /** Set before the first write: takes each guess at the text so far, none after the transcript. */
    Recognition onPartial(Handler<Partial> handler);

    /**
     * What was said, with an empty text when there was nothing to understand. It fails with a {@link SpeechFailure}, whose
     * code for a cancelled one is {@code cancelled}. It may fail before the end is said, and never succeeds before it.
     */
    Future<Transcript> transcript();
}
