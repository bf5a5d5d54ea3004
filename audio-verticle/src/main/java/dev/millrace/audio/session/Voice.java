package dev.millrace.audio.session;

import dev.millrace.audio.speech.TextToSpeech;
import dev.millrace.audio.turn.Sentences;
import dev.millrace.audio.turn.Sentences.Piece;
import dev.millrace.audio.vad.Level;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The agent's voice: cuts an answer into sentences and speaks them, one speech at a time. It beats only while it speaks.
 * On the session's loop.
 */
final class Voice {

    private final @Nullable TextToSpeech engine;
    private final SessionSettings settings;
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
    /** The engine was made ready; until then nobody stalls. */
    private volatile boolean warm;
    /** So much of the text to come was spoken elsewhere. */
    private int known;

    Voice(
            @Nullable TextToSpeech engine,
            SessionSettings settings,
            Outlet outlet,
            Metronome metronome,
            LongSupplier clock) {
        this.engine = engine;
        this.settings = settings;
        this.outlet = outlet;
        this.metronome = metronome;
        this.clock = clock;
    }

    /** The engine was made ready, or that was tried. On any thread. */
    void warm() {
        warm = true;
    }

    /** So many speeches were begun elsewhere. */
    void restore(int speeches) {
        count = speeches;
    }

    /** The text to come is of this response. */
    void begin(int number) {
        response = number;
        sentences = new Sentences();
        whole = false;
        silenced = false;
        past = new StringBuilder();
        known = 0;
    }

    /**
     * The text to come is of a response that was spoken in part elsewhere; it comes again from its beginning.
     *
     * @param written its text so far
     * @param place where its last speech goes on; null when the next one is another
     */
    void goOn(PastAnswer last, String written, @Nullable SpeechPlace place) {
        begin(last.number);
        silenced = last.silenced;
        int end = last.speech == 0 ? 0 : place == null ? last.spokenTo() : last.speechAt + place.chars();
        known = Math.min(written.length(), end);
        int start = place == null ? known : Math.min(known, last.speechAt);
        past.append(written, 0, start);
        if (engine != null && place != null && !silenced) {
            open(speech(engine, last.speech, written.substring(start, known), place.atMs())
                    .goOn(clock.getAsLong()));
        }
    }

    void take(String text) {
        int skip = Math.min(known, text.length());
        known -= skip;
        say(sentences.take(text.substring(skip)));
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
                open(speech(engine, ++count, "", 0).begin(response, past.length()));
            }
            if (speech != null) {
                speech.add(piece, clock.getAsLong());
            } else {
                past.append(piece.text());
            }
        }
    }

    private Speech speech(TextToSpeech speaker, int number, String spoken, long fromMs) {
        return new Speech(number, speaker, settings.out(), settings.leadMs(), outlet, spoken, fromMs);
    }

    private void open(Speech begun) {
        speech = begun;
        metronome.add(beat);
    }

    private void tick() {
        Speech current = speech;
        if (current == null) {
            return;
        }
        long now = clock.getAsLong();
        current.tick(now);
        if (!warm) {
            current.excuse(now);
        }
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

    /** Perhaps somebody else speaks. */
    void pause(long at) {
        if (speech != null) {
            speech.pause(at, clock.getAsLong());
        }
    }

    /** It was nothing. */
    void resume() {
        if (speech != null) {
            speech.resume(clock.getAsLong());
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
            past.append(speech.stop(response, reason, clock.getAsLong()));
            close();
        }
        return read ? null : past.toString();
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

    /** Says nothing more, without a word about it. */
    void leave() {
        if (speech != null) {
            speech.leave();
            close();
        }
    }

    private void close() {
        speech = null;
        metronome.remove(beat);
    }
}
