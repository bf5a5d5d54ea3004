package dev.millrace.audio.session;

import dev.millrace.audio.speech.SpeechChunk;
import dev.millrace.audio.speech.Synthesis;
import dev.millrace.audio.speech.TextToSpeech;
import dev.millrace.audio.turn.Sentences.Piece;
import dev.millrace.audio.turn.SpokenText;
import dev.millrace.audio.turn.SpokenWords;
import dev.millrace.audio.wire.Encoding;
import dev.millrace.audio.wire.FrameCutter;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Text on its way to sound: one piece after the other is synthesized, at most three seconds ahead of what is taken. It
 * marks in the text what was made of it. On the session's loop.
 */
final class Narration {

    /** How much is synthesized ahead of what was taken, in frames of 20 ms. */
    private static final int AHEAD = 150;

    private final TextToSpeech engine;
    private final SpokenText text;
    private final FrameCutter cutter;
    private final Deque<Piece> pieces = new ArrayDeque<>();
    private final Deque<short[]> frames = new ArrayDeque<>();
    private @Nullable Synthesis synthesis;
    /** Samples that the engine made, at its rate, since {@link #fromMs}. */
    private long made;

    private final long fromMs;
    /** A chunk was asked for that has not come. */
    private boolean asked;

    private boolean failed;

    /**
     * @param text takes the pieces and their marks
     * @param rate of the frames, samples a second
     * @param fromMs where in the speech its first sample stands
     */
    Narration(TextToSpeech engine, SpokenText text, int rate, long fromMs) {
        this.engine = engine;
        this.text = text;
        this.cutter = new FrameCutter(engine.rate(), rate);
        this.fromMs = fromMs;
    }

    /** More to say. */
    void add(Piece piece) {
        pieces.add(piece);
        speak();
    }

    private void speak() {
        while (synthesis == null && !pieces.isEmpty()) {
            Piece piece = pieces.remove();
            int start = text.length();
            text.add(piece.text());
            if (piece.words().isEmpty()) {
                mark(made, text.length(), false);
            } else {
                begin(piece, start);
            }
        }
    }

    private void begin(Piece piece, int start) {
        SpokenWords said = piece.said();
        long first = made;
        Synthesis begun = engine.synthesize(piece.words());
        synthesis = begun;
        begun.exceptionHandler(cause -> {
            synthesis = null;
            failed = true;
        });
        begun.endHandler(done -> {
            synthesis = null;
            mark(made, text.length(), false);
            speak();
        });
        begun.pause();
        begun.handler(chunk -> {
            chunk.marks().forEach(mark -> mark(first + mark.sample(), start + said.written(mark.chars()), true));
            made(chunk);
        });
        asked = false;
        demand();
    }

    private void mark(long sample, int chars, boolean word) {
        text.mark(fromMs + sample * 1000 / engine.rate(), chars, word);
    }

    private void made(SpeechChunk chunk) {
        asked = false;
        int count = chunk.pcm().length() / 2;
        made += count;
        short[] pcm = new short[count];
        Encoding.PCM_S16LE.decode(chunk.pcm(), 0, pcm, count);
        cutter.take(pcm, count, frame -> frames.add(frame.clone()));
        demand();
    }

    private void demand() {
        if (synthesis != null && !asked && frames.size() < AHEAD) {
            asked = true;
            synthesis.fetch(1);
        }
    }

    boolean hasFrame() {
        return !frames.isEmpty();
    }

    short[] takeFrame() {
        short[] frame = frames.remove();
        demand();
        return frame;
    }

    /** What is left and less than a frame, filled up with silence; null when nothing is. */
    short @Nullable [] rest() {
        return cutter.rest();
    }

    /** Whether an engine is at work. */
    boolean underWay() {
        return synthesis != null;
    }

    /** Whether all that was added has been made and taken. */
    boolean isDry() {
        return synthesis == null && pieces.isEmpty() && frames.isEmpty();
    }

    boolean failed() {
        return failed;
    }

    /** Makes nothing more; the text is whole nevertheless. */
    void stop() {
        if (synthesis != null) {
            synthesis.cancel();
            synthesis = null;
        }
        pieces.forEach(piece -> text.add(piece.text()));
        pieces.clear();
        frames.clear();
    }
}
