package dev.millrace.audio.session;

import dev.millrace.audio.speech.SpeechChunk;
import dev.millrace.audio.speech.Synthesis;
import dev.millrace.audio.speech.TextToSpeech;
import dev.millrace.audio.turn.Playout;
import dev.millrace.audio.turn.Sentences.Piece;
import dev.millrace.audio.turn.SpokenText;
import dev.millrace.audio.vad.Level;
import dev.millrace.audio.wire.AudioFormat;
import dev.millrace.audio.wire.Encoding;
import dev.millrace.audio.wire.FrameCutter;
import dev.millrace.audio.wire.FrameHeader;
import dev.millrace.audio.wire.ServerMessage;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One speech of the agent: pieces of text are spoken one after the other, at most three seconds ahead, and sent as they
 * are due. It is unfinished until all of it has been played. On the session's loop.
 */
final class Speech {

    /** How much is synthesized ahead of what was sent, in frames of 20 ms. */
    private static final int AHEAD = 150;

    /** A sentence that gives no sound for so long has failed, whatever its engine says. */
    private static final long STALLED_MS = 2_000;

    /** An answer that is written this slowly goes on in another speech. */
    private static final long WAITS_MS = 2_000;

    private final int number;
    private final TextToSpeech engine;
    private final AudioFormat format;
    private final Outlet outlet;
    private final Playout playout;
    private final FrameCutter cutter;
    private final SpokenText text = new SpokenText();
    private final Deque<Piece> pieces = new ArrayDeque<>();
    private final Deque<short[]> frames = new ArrayDeque<>();
    private final Deque<SpokenText.Mark> marks = new ArrayDeque<>();
    private @Nullable Synthesis synthesis;
    private long made;
    private long seq;
    private long fedAt;
    /** A chunk was asked for that has not come. */
    private boolean asked;

    private boolean whole;
    private boolean ended;
    private boolean failed;
    private float loudest = Level.SILENCE;

    Speech(int number, TextToSpeech engine, AudioFormat format, int leadMs, Outlet outlet, long nowMs) {
        this.number = number;
        this.engine = engine;
        this.format = format;
        this.outlet = outlet;
        this.playout = new Playout(format.rate(), leadMs);
        this.cutter = new FrameCutter(engine.rate(), format.rate());
        this.fedAt = nowMs;
    }

    int number() {
        return number;
    }

    /** More to say. */
    void add(Piece piece, long nowMs) {
        pieces.add(piece);
        speak(nowMs);
    }

    /** There is no more to say than was added. */
    void finish() {
        whole = true;
    }

    private void speak(long nowMs) {
        while (synthesis == null && !pieces.isEmpty()) {
            Piece piece = pieces.remove();
            text.add(piece.text());
            if (piece.words().isEmpty()) {
                mark();
            } else {
                begin(piece, nowMs);
            }
        }
    }

    private void begin(Piece piece, long nowMs) {
        fedAt = nowMs;
        Synthesis begun = engine.synthesize(piece.words());
        synthesis = begun;
        begun.exceptionHandler(cause -> {
            synthesis = null;
            failed = true;
        });
        begun.endHandler(done -> {
            synthesis = null;
            mark();
            speak(fedAt);
        });
        begun.pause();
        begun.handler(this::made);
        asked = false;
        demand();
    }

    /** What was added so far is spoken when the sound made so far is. */
    private void mark() {
        long atMs = made * 1000 / format.rate();
        if (text.mark(atMs, text.length())) {
            marks.add(new SpokenText.Mark(atMs, text.length()));
        }
    }

    private void made(SpeechChunk chunk) {
        asked = false;
        int count = chunk.pcm().length() / 2;
        short[] pcm = new short[count];
        Encoding.PCM_S16LE.decode(chunk.pcm(), 0, pcm, count);
        cutter.take(pcm, count, this::queue);
        demand();
    }

    private void queue(short[] frame) {
        frames.add(frame.clone());
        made += frame.length;
    }

    private void demand() {
        if (synthesis != null && !asked && frames.size() < AHEAD) {
            asked = true;
            synthesis.fetch(1);
        }
    }

    /** Sends what is due. */
    void tick(long nowMs) {
        if (!frames.isEmpty()) {
            fedAt = nowMs;
        }
        long due = playout.due(nowMs);
        while (!frames.isEmpty() && due >= format.frame() && !outlet.full()) {
            due -= format.frame();
            send(frames.remove(), nowMs);
            demand();
        }
        if (whole && pieces.isEmpty() && synthesis == null && frames.isEmpty() && !ended) {
            end(nowMs);
        }
    }

    private void send(short[] frame, long nowMs) {
        long pts = playout.sentSamples();
        Buffer bytes = format.sequenced()
                ? new FrameHeader(FrameHeader.DOWN, 0, number, seq++, pts).toBuffer()
                : Buffer.buffer(frame.length * format.encoding().bytes());
        format.encoding().encode(frame, 0, frame.length, bytes);
        outlet.frame(bytes);
        playout.sent(frame.length, nowMs);
        loudest = Math.max(loudest, Level.of(frame, 0, frame.length));
        while (!marks.isEmpty() && marks.element().atMs() <= playout.sentMs()) {
            SpokenText.Mark mark = marks.remove();
            outlet.say(ServerMessage.of("speech.mark")
                    .with("speech", number)
                    .with("at_ms", mark.atMs())
                    .with("chars", mark.chars()));
        }
    }

    /** What is left is less than a frame; it is filled up with silence. */
    private void end(long nowMs) {
        short[] rest = cutter.rest();
        if (rest != null) {
            send(rest, nowMs);
        }
        ended = true;
        if (format.sequenced()) {
            outlet.frame(new FrameHeader(FrameHeader.DOWN, FrameHeader.END, number, seq++, playout.sentSamples())
                    .toBuffer());
        }
        outlet.say(ServerMessage.of("speech.end").with("speech", number).with("total_ms", playout.sentMs()));
    }

    /** Whether everything was sent and played. */
    boolean over(long nowMs) {
        return ended && (playout.sentSamples() == 0 || playout.drained(nowMs));
    }

    /** Whether the engine gave up, or gives nothing. */
    boolean broken(long nowMs) {
        return failed || (synthesis != null && frames.isEmpty() && nowMs - fedAt > STALLED_MS);
    }

    /** Whether there has been nothing to say for so long that this speech should end. */
    boolean waits(long nowMs) {
        return synthesis == null && pieces.isEmpty() && frames.isEmpty() && nowMs - fedAt > WAITS_MS;
    }

    void pause(long nowMs) {
        playout.pause(nowMs);
    }

    void resume(long nowMs) {
        playout.resume(nowMs);
    }

    void report(long playedMs, boolean playing, long nowMs) {
        playout.report(playedMs, playing, nowMs);
    }

    long heardMs(long nowMs) {
        return playout.heardMs(nowMs);
    }

    /** Sends nothing more, and says what of the text was heard. */
    SpokenText.Split stop(long nowMs) {
        ended = true;
        if (synthesis != null) {
            synthesis.cancel();
            synthesis = null;
        }
        pieces.forEach(piece -> text.add(piece.text()));
        pieces.clear();
        frames.clear();
        return text.at(playout.heardMs(nowMs));
    }

    /** The loudest frame since this was last asked, dBFS. */
    float level() {
        float level = loudest;
        loudest = Level.SILENCE;
        return level;
    }
}
