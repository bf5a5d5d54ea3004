package dev.millrace.agent.model;

/**
 * Why a model gave no whole answer. The message is a sentence for whoever asked: it says what is wrong and what to do, and
 * holds no secret and no address of a server.
 */
public final class ModelFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String code;
    private final boolean retryable;

    /**
     * @param code stable, for programs; explained in docs/errors.md
     * @param retryable whether the same question may be answered another time
     */
    public ModelFailure(String code, String message, boolean retryable) {
        super(message, null, false, false); // where it was made is no news to anybody
        this.code = code;
        this.retryable = retryable;
    }

    public String code() {
        return code;
    }

    public boolean retryable() {
        return retryable;
    }
}
