package dev.millrace.audio.session;

import dev.millrace.audio.speech.Recognition;
import dev.millrace.audio.speech.SpeechFailure;
import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.speech.Transcript;
import dev.millrace.audio.vad.Vad;
import dev.millrace.audio.wire.Encoding;
import dev.millrace.audio.wire.ServerMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One turn on its way to a transcript: it ends with exactly one {@code transcript.final} or {@code transcript.failed}. On
 * the session's loop.
 */
final class Hearing {

    private final int turn;
    private final long from;
    private final String engine;
    private final @Nullable Recognition recognition;
    private final Outlet outlet;
    private final BiConsumer<Integer, String> understood;
    private final Consumer<Hearing> settled;
    private final LongSupplier clock;
    private long since;
    /** One past its last sample that was written. */
    private long to;

    private long end = Long.MAX_VALUE;
    private int rev;

    /**
     * @param understood takes the turn's number and text when it is in the record, and is not asked for an empty one
     * @param settled is told when the turn's last word is in the record
     */
    Hearing(
            int turn,
            long from,
            @Nullable SpeechToText stt,
            Outlet outlet,
            BiConsumer<Integer, String> understood,
            Consumer<Hearing> settled,
            LongSupplier clock) {
        this.turn = turn;
        this.from = from;
        this.engine = stt == null ? "none" : stt.name();
        this.recognition = stt == null ? null : stt.recognize();
        this.outlet = outlet;
        this.understood = understood;
        this.settled = settled;
        this.clock = clock;
        this.since = clock.getAsLong();
        this.to = from;
    }

    /** First sample of the turn. */
    long from() {
        return from;
    }

    int turn() {
        return turn;
    }

    /** Listens for what the engine makes of it. */
    void listen() {
        if (recognition == null) {
            failed("no_engine");
            return;
        }
        recognition.onPartial(partial -> outlet.say(ServerMessage.of("transcript.partial")
                .with("turn", turn)
                .with("rev", ++rev)
                .with("text", partial.text())
                .with("stable_chars", partial.stableChars())
                .with("from_ms", millis(from))
                .with("to_ms", millis(to))));
        recognition
                .transcript()
                .onSuccess(transcript -> heard(transcript, clock.getAsLong() - since))
                .onFailure(cause -> failed(cause instanceof SpeechFailure failure ? failure.code() : "engine_failed"));
    }

    /**
     * Takes what is of the turn in these samples, and was not taken before.
     *
     * @param start number of the first
     * @param wanted whether there is room for them
     * @return false when some of the turn is left out, because the engine is too far behind
     */
    boolean take(short[] pcm, long start, boolean wanted) {
        int skip = (int) Math.max(0, Math.min(pcm.length, to - start));
        int count = (int) Math.min(pcm.length, end - start) - skip;
        if (count <= 0) {
            return true;
        }
        to = start + skip + count;
        boolean taken = wanted && write(pcm, skip, count);
        endIfWhole();
        return taken;
    }

    private boolean write(short[] pcm, int start, int count) {
        if (recognition == null) {
            return true;
        }
        Buffer bytes = Buffer.buffer(2 * count);
        Encoding.PCM_S16LE.encode(pcm, start, count, bytes);
        return recognition.write(bytes);
    }

    /** The turn is over at this sample, which may be still to come. */
    void endAt(long sample) {
        end = sample;
        endIfWhole();
    }

    private void endIfWhole() {
        if (to >= end && recognition != null) {
            since = clock.getAsLong();
            recognition.end();
        }
    }

    /** What waits for the engine, milliseconds. */
    int queuedMs() {
        return recognition == null ? 0 : recognition.queuedMillis();
    }

    /** Nobody wants to know any more. */
    void cancel() {
        if (recognition != null) {
            recognition.cancel();
        }
    }

    private void heard(Transcript transcript, long sttMs) {
        JsonArray words = new JsonArray();
        transcript
                .words()
                .forEach(word -> words.add(new JsonObject()
                        .put("text", word.text())
                        .put("from_ms", millis(from) + word.fromMs())
                        .put("to_ms", millis(from) + word.toMs())));
        outlet.record(ServerMessage.of("transcript.final")
                        .with("turn", turn)
                        .with("text", transcript.text())
                        .with("words", words.isEmpty() ? null : words)
                        .with("confidence", transcript.confidence())
                        .with("engine", engine)
                        .with("stt_ms", sttMs)
                        .with("from_ms", millis(from))
                        .with("to_ms", millis(to)))
                .onSuccess(stored -> {
                    settled.accept(this);
                    if (!transcript.text().isBlank()) {
                        understood.accept(turn, transcript.text());
                    }
                });
    }

    private void failed(String code) {
        outlet.record(ServerMessage.of("transcript.failed").with("turn", turn).with("code", code))
                .onSuccess(stored -> settled.accept(this));
    }

    private static long millis(long sample) {
        return sample * 1000 / Vad.RATE;
    }
}
