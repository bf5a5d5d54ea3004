package dev.millrace.speech.embedded;

import com.sun.speech.freetts.audio.AudioPlayer;
import dev.millrace.audio.speech.SpeechChunk;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Queue;
import javax.sound.sampled.AudioFormat;
import org.jspecify.annotations.Nullable;

/** Stands where FreeTTS has its loudspeaker, and hands on what it is given. On FreeTTS's own thread. */
final class ListeningPlayer implements AudioPlayer {

    private final Queue<List<SpeechChunk.Mark>> marksOfPhrases;
    private AudioFormat format = new AudioFormat(KevinVoice.RATE, Short.SIZE, 1, true, true);
    private volatile KevinVoice.@Nullable Listener listener;
    private volatile int chars;
    private long samples;
    private volatile boolean stopped;

    /** @param marksOfPhrases one list for each phrase that will begin, in order */
    ListeningPlayer(Queue<List<SpeechChunk.Mark>> marksOfPhrases) {
        this.marksOfPhrases = marksOfPhrases;
    }

    /** For a new text of so many characters; before FreeTTS is told to speak. */
    void begin(int chars, KevinVoice.Listener listener) {
        marksOfPhrases.clear();
        samples = 0;
        stopped = false;
        this.chars = chars;
        this.listener = listener;
    }

    /** Whether the listener would not go on. */
    boolean stopped() {
        return stopped;
    }

    /** A phrase begins. */
    @Override
    public void begin(int size) {
        List<SpeechChunk.Mark> marks = marksOfPhrases.poll();
        KevinVoice.Listener told = listener;
        if (marks != null && told != null) {
            marks.forEach(
                    mark -> told.mark(new SpeechChunk.Mark(samples + mark.sample(), Math.min(chars, mark.chars()))));
        }
    }

    @Override
    public boolean write(byte[] audio) {
        return write(audio, 0, audio.length);
    }

    /** Big-endian comes in, little-endian goes out. */
    @Override
    public boolean write(byte[] bytes, int offset, int size) {
        byte[] swapped = new byte[size];
        for (int i = 0; i + 1 < size; i += 2) {
            swapped[i] = bytes[offset + i + 1];
            swapped[i + 1] = bytes[offset + i];
        }
        samples += size / Short.BYTES;
        KevinVoice.Listener told = listener;
        if (told == null || !told.audio(Buffer.buffer(swapped))) {
            stopped = true;
        }
        return !stopped;
    }

    @Override
    public void setAudioFormat(AudioFormat format) {
        this.format = format;
    }

    @Override
    public AudioFormat getAudioFormat() {
        return format;
    }

    @Override
    public boolean end() {
        return true;
    }

    @Override
    public boolean drain() {
        return true;
    }

    @Override
    public float getVolume() {
        return 1;
    }

    @Override
    public long getTime() {
        return 0;
    }

    @Override
    public void setVolume(float volume) {}

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void reset() {}

    @Override
    public void cancel() {}

    @Override
    public void close() {}

    @Override
    public void resetTime() {}

    @Override
    public void startFirstSampleTimer() {}

    @Override
    public void showMetrics() {}
}
