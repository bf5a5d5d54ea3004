package dev.millrace.log;

/**
 * The log cannot be reached, and the patience or the room for waiting is used up. What was being appended then may be
 * stored or not: a reader will tell.
 */
public final class LogUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** @param sentence what cannot be reached, and why */
    public LogUnavailable(String sentence) {
        super(sentence, null, false, false);
    }
}
