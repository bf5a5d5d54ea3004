package dev.millrace.audio.speech;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Audio that comes cut anywhere, even within a sample, and goes in chunks of whole samples with their marks. */
final class ChunkQueue {

    private final int chunkBytes;
    private final Deque<SpeechChunk> chunks = new ArrayDeque<>();
    private final List<SpeechChunk.Mark> marks = new ArrayList<>();
    private Buffer half = Buffer.buffer();
    private long samples;
    private int bytes;

    ChunkQueue(int rate) {
        this.chunkBytes = rate * SpeechChunk.MAX_MILLIS / 1_000 * Short.BYTES;
    }

    /** Before the audio of its sample, and in order. */
    void mark(SpeechChunk.Mark mark) {
        marks.add(mark);
    }

    void add(Buffer pcm) {
        Buffer whole = half.length() == 0 ? pcm : half.appendBuffer(pcm);
        int usable = whole.length() & ~1;
        half = whole.getBuffer(usable, whole.length());
        for (int from = 0; from < usable; from += chunkBytes) {
            addChunk(whole.getBuffer(from, Math.min(from + chunkBytes, usable)));
        }
    }

    private void addChunk(Buffer pcm) {
        samples += pcm.length() / Short.BYTES;
        bytes += pcm.length();
        List<SpeechChunk.Mark> within =
                marks.stream().filter(mark -> mark.sample() < samples).toList();
        marks.subList(0, within.size()).clear();
        chunks.add(new SpeechChunk(pcm, within));
    }

    /** The next chunk, or null when there is none. */
    @Nullable
    SpeechChunk poll() {
        SpeechChunk chunk = chunks.poll();
        bytes -= chunk == null ? 0 : chunk.pcm().length();
        return chunk;
    }

    boolean isEmpty() {
        return chunks.isEmpty();
    }

    void clear() {
        chunks.clear();
        bytes = 0;
    }

    /** How much waits here, in whole chunks. */
    int fullChunks() {
        return bytes / chunkBytes;
    }

    /** How many samples there were from the beginning. */
    long samples() {
        return samples;
    }
}
