package dev.millrace.audio.session;

import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.turn.Decision;
import dev.millrace.audio.vad.Vad;
import dev.millrace.audio.wire.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a person says: turns, each on its way to a transcript. On the session's loop. */
final class Listening {

    /** Silence in a turn is left out when so much waits for the engine, so that there is room for words, milliseconds. */
    private static final int CROWDED_MS = 4_000;

    private final @Nullable SpeechToText stt;
    private final Outlet outlet;
    private final BiConsumer<Integer, String> understood;
    private final LongSupplier clock;
    /** Turns without a transcript. */
    private final List<Hearing> pending = new ArrayList<>();
    /** The turn that goes on. */
    private @Nullable Hearing hearing;

    private int turns;
    private boolean settledOne;

    /** @param understood takes a turn's number and text */
    Listening(@Nullable SpeechToText stt, Outlet outlet, BiConsumer<Integer, String> understood, LongSupplier clock) {
        this.stt = stt;
        this.outlet = outlet;
        this.understood = understood;
        this.clock = clock;
    }

    /** Goes on with turns whose sound comes again. */
    void restore(SessionState state) {
        turns = state.turnCount();
        for (PastTurn past : state.open()) {
            Hearing again = listen(past.number, past.from);
            again.listen();
            if (past.to == PastTurn.UNKNOWN) {
                hearing = again;
            } else {
                again.endAt(past.to);
            }
        }
    }

    private Hearing listen(int turn, long from) {
        Hearing begun = new Hearing(turn, from, stt, outlet, understood, this::settled, clock);
        pending.add(begun);
        return begun;
    }

    private void settled(Hearing over) {
        settledOne |= pending.remove(over);
    }

    /** A turn has begun with these samples. */
    void began(Decision.Began began, short[] first) {
        Hearing begun = listen(++turns, began.from());
        hearing = begun;
        outlet.record(ServerMessage.of("user.speech_started")
                .with("turn", begun.turn())
                .with("at_ms", millis(began.at()))
                .with("decided_ms", millis(began.decided()))
                .with("from_ms", millis(began.from())));
        begun.listen();
        begun.take(first, began.from(), true);
    }

    /**
     * A frame came.
     *
     * @param start its first sample
     * @return whether all that is part of a turn was taken
     */
    boolean take(short[] pcm, long start, boolean voiced) {
        boolean taken = true;
        for (Hearing each : List.copyOf(pending)) {
            taken &= each.take(pcm, start, voiced || each.queuedMs() < CROWDED_MS);
        }
        return taken;
    }

    void ended(Decision.Ended ended) {
        Hearing over = hearing;
        if (over == null) {
            return;
        }
        hearing = null;
        long silence = millis(ended.to() - ended.spoken());
        outlet.record(ServerMessage.of("user.speech_stopped")
                .with("turn", over.turn())
                .with("at_ms", millis(ended.spoken()))
                .with("silence_ms", silence));
        outlet.record(ServerMessage.of("turn.committed")
                .with("turn", over.turn())
                .with("by", ended.by().text())
                .with("endpoint_ms", silence)
                .with("to_ms", millis(ended.to())));
        over.endAt(ended.to());
    }

    /** What was said and not committed is dropped. */
    void clear() {
        if (hearing != null) {
            hearing.cancel();
            hearing = null;
        }
    }

    /** A turn that was typed. */
    void typed(String text) {
        int turn = ++turns;
        outlet.record(ServerMessage.of("turn.committed")
                .with("turn", turn)
                .with("by", "client")
                .with("text", text));
        understood.accept(turn, text);
    }

    /** Whether an engine is at work, or somebody speaks. */
    boolean busy() {
        return !pending.isEmpty();
    }

    /** What waits for engines, milliseconds. */
    int queuedMs() {
        return pending.stream().mapToInt(Hearing::queuedMs).max().orElse(0);
    }

    /** Before this sample everything is silence, or stands in the record as text. */
    long settled(long position) {
        return pending.stream().mapToLong(Hearing::from).min().orElse(position);
    }

    /** Whether a turn got its last word since this was last asked. */
    boolean settledOne() {
        boolean one = settledOne;
        settledOne = false;
        return one;
    }

    void close() {
        List.copyOf(pending).forEach(Hearing::cancel);
    }

    private static long millis(long sample) {
        return sample * 1000 / Vad.RATE;
    }
}
