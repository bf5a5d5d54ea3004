package dev.millrace.audio.speech;

import dev.millrace.circuit.Circuit;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What one engine may be asked, and how long it may take: its circuit and its deadline. Thread-safe. */
public final class Supervision {

    private static final int FAILURES = 5;
    private static final Duration REST = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final String engine;
    private final Duration deadline;
    private final Circuit circuit = new Circuit(FAILURES, REST);
    private volatile String lastFailure = "";

    /**
     * @param engine as people call it, for messages
     * @param deadline how long the engine may be silent while an answer of it is due
     */
    public Supervision(Vertx vertx, String engine, Duration deadline) {
        this.vertx = vertx;
        this.engine = engine;
        this.deadline = deadline;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** As people call it, for messages. */
    public String engine() {
        return engine;
    }

    long deadlineMillis() {
        return deadline.toMillis();
    }

    /** What to answer instead of asking the engine; null when it may be asked, and then {@link #settled} is called once. */
    @Nullable
    SpeechFailure refusal() {
        long now = millis();
        if (circuit.admits(now)) {
            return null;
        }
        long seconds = circuit.restMillis(now) / 1_000 + 1;
        return SpeechFailure.suspended(engine + " failed " + FAILURES + " times in a row and is left alone for "
                + seconds + " s; the last time: " + lastFailure);
    }

    /** How it went; null when it went well. */
    void settled(@Nullable SpeechFailure failure) {
        if (failure == null) {
            circuit.succeeded();
        } else if (failure.fault()) {
            lastFailure = String.valueOf(failure.getMessage());
            circuit.failed(millis());
        } else {
            circuit.abandoned();
        }
    }

    SpeechFailure late(String what) {
        return SpeechFailure.late(engine + " gave no " + what + " within " + deadline.toMillis() + " ms.");
    }

    /** What was thrown where nothing should be, as a failure of the engine. */
    SpeechFailure broken(Throwable cause) {
        return cause instanceof SpeechFailure known
                ? known
                : SpeechFailure.broken(
                        engine + " failed: " + (cause.getMessage() == null ? cause : cause.getMessage()));
    }

    static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
