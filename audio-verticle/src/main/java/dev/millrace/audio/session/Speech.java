package dev.millrace.audio.session;

import dev.millrace.audio.speech.TextToSpeech;
import dev.millrace.audio.turn.Playout;
import dev.millrace.audio.turn.Sentences.Piece;
import dev.millrace.audio.turn.SpokenText;
import dev.millrace.audio.wire.AudioFormat;
import dev.millrace.audio.wire.ServerMessage;

/**
 * One speech of the agent: what {@link Narration} makes is sent as it is due. It is unfinished until all of it has been
 * played. On the session's loop.
 */
final class Speech {

    /** A sentence that gives no sound for so long has failed, whatever its engine says. */
    private static final long STALLED_MS = 2_000;

    /** An answer that is written this slowly goes on in another speech. */
    private static final long WAITS_MS = 2_000;

    /** How long the client may take to become silent, so that it does not click. */
    private static final long FADE_MS = 10;

    private final int number;
    private final AudioFormat format;
    private final Outlet outlet;
    private final Playout playout;
    private final SpokenText text;
    private final Narration narration;
    private final Downlink downlink;
    private long fedAt;
    /** The client knows of it: its sound may come. */
    private boolean told;

    private boolean whole;
    private boolean ended;

    /**
     * @param spoken what was spoken of it elsewhere
     * @param fromMs when that was over; 0 for a speech that begins
     */
    Speech(int number, TextToSpeech engine, AudioFormat format, int leadMs, Outlet outlet, String spoken, long fromMs) {
        this.number = number;
        this.format = format;
        this.outlet = outlet;
        this.playout = new Playout(format.rate(), leadMs, fromMs);
        this.text = new SpokenText(spoken, fromMs);
        this.narration = new Narration(engine, text, format.rate(), fromMs);
        this.downlink = new Downlink(number, format, outlet, playout, text);
    }

    /**
     * Says that it begins. Its sound waits until that is in the record.
     *
     * @param fromChars where in the response's text its own begins
     */
    Speech begin(int response, int fromChars) {
        outlet.record(message("speech.begin")
                        .with("response", response)
                        .with("from_chars", fromChars)
                        .with("encoding", format.encoding().text())
                        .with("rate", format.rate()))
                .onSuccess(stored -> told = true);
        return this;
    }

    /** It has begun elsewhere. */
    Speech goOn(long nowMs) {
        told = true;
        fedAt = nowMs;
        return this;
    }

    private ServerMessage message(String type) {
        return ServerMessage.of(type).with("speech", number);
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
        if (!told) {
            return;
        }
        long due = playout.due(nowMs);
        while (narration.hasFrame() && due >= format.frame() && !outlet.full()) {
            due -= format.frame();
            downlink.send(narration.takeFrame(), nowMs);
        }
        if (whole && narration.isDry() && !ended) {
            end(nowMs);
        }
    }

    /** What is left is less than a frame; it is filled up with silence. */
    private void end(long nowMs) {
        short[] rest = narration.rest();
        if (rest != null) {
            downlink.send(rest, nowMs);
        }
        ended = true;
        downlink.end();
    }

    /** Whether everything was sent and played. */
    boolean over(long nowMs) {
        return ended && playout.drained(nowMs);
    }

    /** That it gives nothing yet is no fault of the engine. */
    void excuse(long nowMs) {
        fedAt = nowMs;
    }

    /** Whether the engine gave up, or gives nothing. */
    boolean broken(long nowMs) {
        return narration.failed() || (narration.underWay() && !narration.hasFrame() && nowMs - fedAt > STALLED_MS);
    }

    /** Whether there has been nothing to say for so long that this speech should end. */
    boolean waits(long nowMs) {
        return narration.isDry() && nowMs - fedAt > WAITS_MS;
    }

    /** Perhaps somebody else speaks: nothing more is sent, and the client holds still. */
    void pause(long at, long nowMs) {
        playout.pause(nowMs);
        outlet.say(message("speech.pause").with("at_ms", at).with("reason", "onset"));
    }

    /** It was nothing. */
    void resume(long nowMs) {
        long from = playout.heardMs(nowMs);
        playout.resume(nowMs);
        outlet.say(message("speech.resume").with("from_ms", from).with("reason", "false_onset"));
    }

    void report(long playedMs, boolean playing, long nowMs) {
        playout.report(playedMs, playing, nowMs);
    }

    /**
     * Sends nothing more, and says what was heard.
     *
     * @return what was heard of the text
     */
    String stop(int response, String reason, long nowMs) {
        ended = true;
        narration.stop();
        long heard = playout.heardMs(nowMs);
        SpokenText.Split split = text.at(heard);
        outlet.record(message("speech.stop")
                .with("response", response)
                .with("played_ms", heard)
                .with("played_by", playout.isReported(nowMs) ? "playback" : "pace")
                .with("spoken_text", split.spoken())
                .with("unspoken_text", split.unspoken())
                .with("exact", split.exact())
                .with("reason", reason)
                .with("fade_ms", FADE_MS));
        return split.spoken();
    }

    /** Ends without a word: it goes on elsewhere. */
    void leave() {
        narration.stop();
    }

    /** Its text, with what is not said of it. */
    String text() {
        return text.text();
    }

    /** The loudest frame since this was last asked, dBFS. */
    float level() {
        return downlink.level();
    }
}
