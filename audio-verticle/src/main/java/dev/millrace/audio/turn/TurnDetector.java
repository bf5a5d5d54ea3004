package dev.millrace.audio.turn;

import dev.millrace.audio.turn.Decision.By;
import dev.millrace.audio.turn.TurnOptions.BargeIn;
import dev.millrace.audio.vad.Vad;
import dev.millrace.audio.vad.Votes;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose turn it is. Fed with one frame after the other, it decides in two steps: a few voiced frames are perhaps a person
 * and pause the agent at once; many are one and stop it; and what stays few was nothing, and the agent goes on. A turn
 * ends with silence. It counts samples and has no clock, so recorded frames lead to the same decisions.
 */
public final class TurnDetector {

    /** How long it may take to become sure. */
    private static final int CONFIRM_WITHIN = samples(300);

    /** A gap up to this long is part of speech; after a longer one a single voiced frame is not yet speech again. */
    private static final int GAP = samples(200);

    private enum State {
        SILENT,
        PERHAPS,
        TURN
    }

    private TurnOptions options;
    private Votes begun;
    private Votes confirmed;
    private State state = State.SILENT;
    private boolean paused;
    /** End of the last frame. */
    private long now;
    /** No turn begins before this. */
    private long free;

    private long onset;
    private long from;
    private long spoken;
    private long perhapsSince;

    public TurnDetector(TurnOptions options, long first) {
        this.options = options;
        this.begun = votes(options.pause());
        this.confirmed = votes(options.confirm());
        this.now = first;
        this.free = first;
    }

    /**
     * Goes on in a turn that began elsewhere.
     *
     * @param from its first sample
     * @param sure until where it is known to be speech
     */
    public TurnDetector within(long from, long sure) {
        state = State.TURN;
        this.from = from;
        onset = from;
        spoken = sure;
        return this;
    }

    /** Goes on with other options, from the next frame on. */
    public void update(TurnOptions changed) {
        options = changed;
        begun = votes(changed.pause());
        confirmed = votes(changed.confirm());
    }

    /** Whether a turn has begun and is not over. */
    public boolean inTurn() {
        return state == State.TURN;
    }

    /**
     * Takes the next frame.
     *
     * @param voiced whether somebody but the agent speaks in it
     * @param speaking whether a speech of the agent is unfinished
     * @return mostly nothing
     */
    public List<Decision> frame(boolean voiced, boolean speaking) {
        now += Vad.FRAME;
        if (!options.vad()) {
            return pushToTalk();
        }
        boolean counts = voiced && !(speaking && options.bargeIn() == BargeIn.OFF);
        boolean begins = begun.take(counts);
        boolean sure = confirmed.take(counts);
        return switch (state) {
            case SILENT -> silent(begins, sure, speaking);
            case PERHAPS -> perhaps(sure, speaking);
            case TURN -> turn(counts, begins);
        };
    }

    private List<Decision> silent(boolean begins, boolean sure, boolean speaking) {
        if (!begins) {
            return List.of();
        }
        state = State.PERHAPS;
        perhapsSince = now;
        onset = Math.max(free, now - (long) options.pause().of() * Vad.FRAME);
        if (sure) {
            return perhaps(true, speaking);
        }
        paused = speaking && options.bargeIn() == BargeIn.ON;
        return paused ? List.of(new Decision.Pause(onset)) : List.of();
    }

    private List<Decision> perhaps(boolean sure, boolean speaking) {
        if (sure) {
            return begin(speaking);
        }
        if (now - perhapsSince < CONFIRM_WITHIN) {
            return List.of();
        }
        state = State.SILENT;
        begun.clear();
        boolean goesOn = paused;
        paused = false;
        return goesOn ? List.of(new Decision.Resume()) : List.of();
    }

    private List<Decision> begin(boolean speaking) {
        List<Decision> decisions = new ArrayList<>(2);
        if (speaking || paused) {
            decisions.add(new Decision.Stop(onset));
        }
        paused = false;
        state = State.TURN;
        from = Math.max(free, onset - samples(options.prefixMs()));
        spoken = now;
        decisions.add(new Decision.Began(from, onset, now));
        return decisions;
    }

    private List<Decision> turn(boolean voiced, boolean begins) {
        if (now - Vad.FRAME - spoken <= GAP ? voiced : begins) {
            spoken = Math.max(spoken, now);
        }
        if (now - spoken >= samples(options.silenceMs())) {
            return end(By.VAD);
        }
        return now - from >= (long) options.maxTurnSeconds() * Vad.RATE ? end(By.TIMEOUT) : List.of();
    }

    /** Everything is part of the turn until the client commits it. */
    private List<Decision> pushToTalk() {
        spoken = now;
        if (state != State.TURN) {
            state = State.TURN;
            from = Math.max(free, now - Vad.FRAME);
            onset = from;
            return List.of(new Decision.Began(from, from, now));
        }
        return now - from >= (long) options.maxTurnSeconds() * Vad.RATE ? end(By.TIMEOUT) : List.of();
    }

    /** The client ends the turn. Nothing when there is none. */
    public List<Decision> commit() {
        return state == State.TURN ? end(By.CLIENT) : List.of();
    }

    /** Forgets what has begun. A speech that was paused for it goes on. */
    public List<Decision> clear() {
        boolean goesOn = paused;
        reset();
        return goesOn ? List.of(new Decision.Resume()) : List.of();
    }

    private List<Decision> end(By by) {
        Decision ended = new Decision.Ended(from, spoken, now, by);
        reset();
        return List.of(ended);
    }

    private void reset() {
        state = State.SILENT;
        paused = false;
        free = now;
        begun.clear();
        confirmed.clear();
    }

    private static Votes votes(TurnOptions.Share share) {
        return new Votes(share.needed(), share.of());
    }

    private static int samples(int millis) {
        return millis * (Vad.RATE / 1000);
    }
}
