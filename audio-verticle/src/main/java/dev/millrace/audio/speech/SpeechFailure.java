package dev.millrace.audio.speech;

/**
 * Why an engine gave no transcript or no speech. Programs decide by the code, people read the message, which names the
 * engine and what to do, and never holds a secret. It has no stack trace: it is news of somebody else's program.
 */
public final class SpeechFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String code;
    private final boolean fault;

    private SpeechFailure(String code, boolean fault, String message) {
        super(message, null, false, false);
        this.code = code;
        this.fault = fault;
    }

    /** Lower case, stable, in docs/errors.md. */
    public String code() {
        return code;
    }

    /** Whether the engine itself is in trouble, so that a circuit should count it; a wrong request is none of that. */
    boolean fault() {
        return fault;
    }

    /** Whoever asked does not want it any more. */
    public static SpeechFailure cancelled() {
        return new SpeechFailure("cancelled", false, "Nobody waits for this any more.");
    }

    /** As much is under way as may be. */
    public static SpeechFailure busy(String message) {
        return new SpeechFailure("engine_busy", false, message);
    }

    /** It failed so often that it is left alone for a while. */
    public static SpeechFailure suspended(String message) {
        return new SpeechFailure("engine_suspended", false, message);
    }

    /** There is nobody, or the connection broke. */
    public static SpeechFailure unreachable(String message) {
        return new SpeechFailure("engine_unreachable", true, message);
    }

    /** It was reached and did not answer in time. */
    public static SpeechFailure late(String message) {
        return new SpeechFailure("engine_timeout", true, message);
    }

    /** It does not take what we ask: a key, a model, a language. The same again would be refused again. */
    public static SpeechFailure refused(String message) {
        return new SpeechFailure("engine_refused", true, message);
    }

    /** It answered with an error of its own, or with something that is no answer. */
    public static SpeechFailure broken(String message) {
        return new SpeechFailure("engine_failed", true, message);
    }
}
