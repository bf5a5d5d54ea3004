package dev.millrace.audio.session;

import dev.millrace.audio.speech.TextToSpeech;
import dev.millrace.audio.turn.Playout;
import dev.millrace.audio.turn.Sentences.Piece;
import dev.millrace.audio.turn.SpokenText;
import dev.millrace.audio.vad.Level;
import dev.millrace.audio.wire.AudioFormat;
import dev.millrace.audio.wire.FrameHeader;
import dev.millrace.audio.wire.ServerMessage;
import io.vertx.core.buffer.Buffer;

/**
 * One speech of the agent: what {@link Narration} makes is sent as it is due. It is unfinished until all of it has been
 * played. On the session's loop.
 */
final class Speech {

    /** A sentence that gives no sound for so long has failed, whatever its engine says. */
    private static final long STALLED_MS = 2_000;

    /** An answer that is written this slowly goes on in another speech. */
    private static final long WAITS_MS = 2_000;

    private final int number;
    private final AudioFormat format;
    private final Outlet outlet;
    private final Playout playout;
    private final SpokenText text = new SpokenText();
    private final Narration narration;
    private long seq;
    private long fedAt;
    private boolean whole;
    private boolean ended;
    private float loudest = Level.SILENCE;

    Speech(int number, TextToSpeech engine, AudioFormat format, int leadMs, Outlet outlet, long nowMs) {
        this.number = number;
        this.format = format;
        this.outlet = outlet;
        this.playout = new Playout(format.rate(), leadMs);
        this.narration = new Narration(engine, text, format.rate(), 0);
        this.fedAt = nowMs;
    }

    int number() {
        return number;
    }

    /** More to say. */
    void add(Piece piece, long nowMs) {
        if (narration.isDry()) {
            fedAt = nowMs;
        }
        narration.add(piece);
    }

    /** There is no more to say than was added. */
    void finish() {
        whole = true;
    }

    /** Sends what is due. */
    void tick(long nowMs) {
        if (narration.hasFrame()) {
            fedAt = nowMs;
        }
        long due = playout.due(nowMs);
        while (narration.hasFrame() && due >= format.frame() && !outlet.full()) {
            due -= format.frame();
            send(narration.takeFrame(), nowMs);
        }
        if (whole && narration.isDry() && !ended) {
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
        tell(playout.sentMs());
    }

    /** Tells of the marks up to a moment. */
    private void tell(long atMs) {
        for (SpokenText.Mark mark = text.tell(atMs); mark != null; mark = text.tell(atMs)) {
            outlet.say(ServerMessage.of("speech.mark")
                    .with("speech", number)
                    .with("at_ms", Math.min(mark.atMs(), playout.sentMs()))
                    .with("chars", mark.chars())
                    .with("unit", mark.word() ? "word" : "sentence"));
        }
    }

    /** What is left is less than a frame; it is filled up with silence. */
    private void end(long nowMs) {
        short[] rest = narration.rest();
        if (rest != null) {
            send(rest, nowMs);
        }
        ended = true;
        if (format.sequenced()) {
            outlet.frame(new FrameHeader(FrameHeader.DOWN, FrameHeader.END, number, seq++, playout.sentSamples())
                    .toBuffer());
        }
        tell(Long.MAX_VALUE); // the last of them may fall between two samples
        outlet.say(ServerMessage.of("speech.end").with("speech", number).with("total_ms", playout.sentMs()));
    }

    /** Whether everything was sent and played. */
    boolean over(long nowMs) {
        return ended && (playout.sentSamples() == 0 || playout.drained(nowMs));
    }

    /** Whether the engine gave up, or gives nothing. */
    boolean broken(long nowMs) {
        return narration.failed() || (narration.underWay() && !narration.hasFrame() && nowMs - fedAt > STALLED_MS);
    }

    /** Whether there has been nothing to say for so long that this speech should end. */
    boolean waits(long nowMs) {
        return narration.isDry() && nowMs - fedAt > WAITS_MS;
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

    /** Whether the client has said lately how far it is; else the pace tells. */
    boolean isReported(long nowMs) {
        return playout.isReported(nowMs);
    }

    /** Sends nothing more, and says what of the text was heard. */
    SpokenText.Split stop(long nowMs) {
        ended = true;
        narration.stop();
        return text.at(playout.heardMs(nowMs));
    }

    /** Its text, with what is not said of it. */
    String text() {
        return text.text();
    }

    /** The loudest frame since this was last asked, dBFS. */
    float level() {
        float level = loudest;
        loudest = Level.SILENCE;
        return level;
    }
}
