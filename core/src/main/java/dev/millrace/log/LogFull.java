package dev.millrace.log;

/** An append was refused because the log may not grow further and nothing is left that may be evicted. */
public final class LogFull extends RuntimeException {

    private static final long serialVersionUID = 1;

    LogFull(long budgetBytes) {
        this("the log holds all of its %d bytes and nothing may be evicted; raise --log-memory".formatted(budgetBytes));
    }

    /** @param sentence what is full, and what helps */
    public LogFull(String sentence) {
        super(sentence, null, false, false);
    }
}
