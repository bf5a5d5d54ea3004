package dev.millrace.audio.session;

import dev.millrace.audio.turn.Playout;
import dev.millrace.audio.turn.SpokenText;
import dev.millrace.audio.vad.Level;
import dev.millrace.audio.wire.AudioFormat;
import dev.millrace.audio.wire.FrameHeader;
import dev.millrace.audio.wire.ServerMessage;
import io.vertx.core.buffer.Buffer;

/** One speech on its way down the socket: its frames, and with them the marks of its text. On the session's loop. */
final class Downlink {

    private final int speech;
    private final AudioFormat format;
    private final Outlet outlet;
    private final Playout playout;
    private final SpokenText text;
    private long seq;
    private float loudest = Level.SILENCE;

    Downlink(int speech, AudioFormat format, Outlet outlet, Playout playout, SpokenText text) {
        this.speech = speech;
        this.format = format;
        this.outlet = outlet;
        this.playout = playout;
        this.text = text;
    }

    void send(short[] frame, long nowMs) {
        Buffer bytes = format.sequenced()
                ? header(0)
                : Buffer.buffer(frame.length * format.encoding().bytes());
        format.encoding().encode(frame, 0, frame.length, bytes);
        outlet.frame(bytes);
        playout.sent(frame.length, nowMs);
        loudest = Math.max(loudest, Level.of(frame, 0, frame.length));
        tell(playout.sentMs());
    }

    private Buffer header(int flags) {
        return new FrameHeader(FrameHeader.DOWN, flags, speech, seq++, playout.sentSamples()).toBuffer();
    }

    /** Tells of the marks up to a moment. */
    private void tell(long atMs) {
        for (SpokenText.Mark mark = text.tell(atMs); mark != null; mark = text.tell(atMs)) {
            ServerMessage place = ServerMessage.of("speech.mark")
                    .with("speech", speech)
                    .with("at_ms", Math.min(mark.atMs(), playout.sentMs()))
                    .with("chars", mark.chars())
                    .with("unit", mark.word() ? "word" : "sentence");
            if (mark.word()) {
                outlet.say(place);
            } else {
                outlet.record(place); // from here another node can go on
            }
        }
    }

    /** All of it was sent. */
    void end() {
        if (format.sequenced()) {
            outlet.frame(header(FrameHeader.END));
        }
        tell(Long.MAX_VALUE); // the last of them may fall between two samples
        outlet.record(ServerMessage.of("speech.end").with("speech", speech).with("total_ms", playout.sentMs()));
    }

    /** The loudest frame since this was last asked, dBFS. */
    float level() {
        float level = loudest;
        loudest = Level.SILENCE;
        return level;
    }
}
