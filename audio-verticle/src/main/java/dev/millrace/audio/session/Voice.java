package dev.millrace.audio.session;

import dev.millrace.audio.speech.TextToSpeech;
import dev.millrace.audio.turn.Sentences;
import dev.millrace.audio.turn.Sentences.Piece;
import dev.millrace.audio.turn.SpokenText;
import dev.millrace.audio.vad.Level;
import dev.millrace.audio.wire.AudioFormat;
import dev.millrace.audio.wire.ServerMessage;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The agent's voice: cuts an answer into sentences and speaks them, one speech at a time. It beats only while it speaks.
 * On the session's loop.
 */
final class Voice {

    /** How long the client may take to become silent, so that it does not click. */
    private static final long FADE_MS = 10;

    private final @Nullable TextToSpeech engine;
    private final AudioFormat format;
    private final int leadMs;
    private final Outlet outlet;
    private final Metronome metronome;
    private final LongSupplier clock;
    private final Runnable beat = this::tick;
    private Sentences sentences = new Sentences();
    private @Nullable Speech speech;
    private int response;
    private int count;
    private boolean whole = true;
    /** What comes of this response is not spoken. */
    private boolean silenced;
    /** The response's text that is over: what was spoken of it, with what was left unspoken on the way. */
    private StringBuilder past = new StringBuilder();

    Voice(
            @Nullable TextToSpeech engine,
            AudioFormat format,
            int leadMs,
            Outlet outlet,
            Metronome metronome,
            LongSupplier clock) {
        this.engine = engine;
        this.format = format;
        this.leadMs = leadMs;
        this.outlet = outlet;
        this.metronome = metronome;
        this.clock = clock;
    }

    /** The text to come is of this response. */
    void begin(int number) {
        response = number;
        sentences = new Sentences();
        whole = false;
        silenced = false;
        past = new StringBuilder();
    }

    void take(String text) {
        say(sentences.take(text));
    }

    /** The answer is whole. */
    void end() {
        say(sentences.end());
        whole = true;
        if (speech != null) {
            speech.finish();
        }
    }

    private void say(List<Piece> pieces) {
        if (engine == null || silenced) {
            return;
        }
        for (Piece piece : pieces) {
            if (speech == null && !piece.words().isEmpty()) {
                open(engine);
            }
            if (speech != null) {
                speech.add(piece, clock.getAsLong());
            } else {
                past.append(piece.text());
            }
        }
    }

    private void open(TextToSpeech speaker) {
        speech = new Speech(++count, speaker, format, leadMs, outlet, clock.getAsLong());
        outlet.say(ServerMessage.of("speech.begin")
                .with("speech", count)
                .with("response", response)
                .with("encoding", format.encoding().text())
                .with("rate", format.rate()));
        metronome.add(beat);
    }

    private void tick() {
        Speech current = speech;
        if (current == null) {
            return;
        }
        long now = clock.getAsLong();
        current.tick(now);
        if (current.broken(now)) {
            stop("error"); // the text goes on
        } else if (current.over(now)) {
            past.append(current.text());
            close();
        } else if (!whole && current.waits(now)) {
            current.finish(); // what comes later is another speech
        }
    }

    /** Whether a speech is unfinished. */
    boolean speaking() {
        return speech != null;
    }

    /** Perhaps somebody else speaks: nothing more is sent, and the client holds still. */
    void pause(long at) {
        if (speech != null) {
            speech.pause(clock.getAsLong());
            outlet.say(ServerMessage.of("speech.pause")
                    .with("speech", speech.number())
                    .with("at_ms", at)
                    .with("reason", "onset"));
        }
    }

    /** It was nothing. */
    void resume() {
        if (speech != null) {
            long now = clock.getAsLong();
            long from = speech.heardMs(now);
            speech.resume(now);
            outlet.say(ServerMessage.of("speech.resume")
                    .with("speech", speech.number())
                    .with("from_ms", from)
                    .with("reason", "false_onset"));
        }
    }

    /**
     * Ends the speech where it is; the rest of the response is not spoken.
     *
     * @return what of the response's text was heard; null where that is no measure: it is spoken to its end, or it is not
     *     spoken at all and stands to be read
     */
    @Nullable
    String stop(String reason) {
        boolean read = engine == null || silenced || (whole && speech == null);
        silenced = true;
        if (speech != null) {
            past.append(cut(speech, reason));
            close();
        }
        return read ? null : past.toString();
    }

    private String cut(Speech current, String reason) {
        long now = clock.getAsLong();
        long heard = current.heardMs(now);
        boolean reported = current.isReported(now);
        SpokenText.Split split = current.stop(now);
        outlet.record(ServerMessage.of("speech.stop")
                .with("speech", current.number())
                .with("response", response)
                .with("played_ms", heard)
                .with("played_by", reported ? "playback" : "pace")
                .with("spoken_text", split.spoken())
                .with("unspoken_text", split.unspoken())
                .with("exact", split.exact())
                .with("reason", reason)
                .with("fade_ms", FADE_MS));
        return split.spoken();
    }

    /** How far the client has played, as it says. What it says of another speech is old. */
    void report(int number, long playedMs, boolean playing) {
        if (speech != null && speech.number() == number) {
            speech.report(playedMs, playing, clock.getAsLong());
        }
    }

    boolean is(@Nullable Integer number) {
        return speech != null && (number == null || number == speech.number());
    }

    /** Level of what was sent since this was last asked, dBFS. */
    float level() {
        return speech == null ? Level.SILENCE : speech.level();
    }

    /** Says nothing more. */
    void close() {
        speech = null;
        metronome.remove(beat);
    }
}
