package dev.millrace.agent.openai;

import dev.millrace.agent.model.ModelFailure;

/** What went wrong with one attempt to get an answer, and who may do better. */
final class Trouble extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** Who may do better. */
    enum Remedy {
        /** The same upstream, a little later. */
        AGAIN,
        /** Another upstream. */
        ELSEWHERE,
        /** Nobody: it is the question that cannot be answered. */
        NOBODY
    }

    private static final long UNASKED = -1;

    private final ModelFailure failure;
    private final Remedy remedy;
    private final long waitMillis;

    private Trouble(ModelFailure failure, Remedy remedy, long waitMillis) {
        super(failure.getMessage(), null, false, false);
        this.failure = failure;
        this.remedy = remedy;
        this.waitMillis = waitMillis;
    }

    static Trouble again(ModelFailure failure) {
        return new Trouble(failure, Remedy.AGAIN, UNASKED);
    }

    static Trouble elsewhere(ModelFailure failure) {
        return new Trouble(failure, Remedy.ELSEWHERE, UNASKED);
    }

    static Trouble forNobody(ModelFailure failure) {
        return new Trouble(failure, Remedy.NOBODY, UNASKED);
    }

    /** The same, where the upstream said how long to wait. */
    Trouble after(long millis) {
        return new Trouble(failure, remedy, millis);
    }

    /** The same, where the upstream said whether to come back. */
    Trouble as(Remedy other) {
        return new Trouble(failure, other, waitMillis);
    }

    /** The same in other words. */
    Trouble saying(String sentence) {
        return new Trouble(new ModelFailure(failure.code(), sentence, failure.retryable()), remedy, waitMillis);
    }

    /** What whoever asked is told, if nobody does better. */
    ModelFailure failure() {
        return failure;
    }

    Remedy remedy() {
        return remedy;
    }

    /** How long the upstream asked to be left alone, or {@code otherwise} when it did not say. */
    long waitMillis(long otherwise) {
        return waitMillis == UNASKED ? otherwise : waitMillis;
    }
}
