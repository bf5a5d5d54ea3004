package dev.millrace.audio.speech;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * A piece of spoken sentence.
 *
 * @param pcm s16le mono at the engine's rate, whole samples, from one sample to {@link #MAX_MILLIS} milliseconds
 * @param marks those that fall into this piece; none from an engine that does not know where its words are
 */
public record SpeechChunk(Buffer pcm, List<Mark> marks) {

    /** Most speech in one chunk, so that a reader's demand is worth something. */
    public static final int MAX_MILLIS = 100;

    /**
     * Where the text and the audio meet.
     *
     * @param sample since the sentence's first sample
     * @param chars how many UTF-16 units of the sentence, from its start, are spoken before that sample
     */
    public record Mark(long sample, int chars) {}

    public SpeechChunk {
        marks = List.copyOf(marks);
    }
}
