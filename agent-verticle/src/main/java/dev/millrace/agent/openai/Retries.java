package dev.millrace.agent.openai;

import java.util.random.RandomGenerator;

/** How often and how soon the same upstream is asked again, unless it says otherwise itself. */
final class Retries {

    static final int MOST = 2;

    /** Who is asked to wait longer than this asks somebody else, or gives up: a person is watching. */
    static final long LONGEST_WAIT_MILLIS = 20_000;

    private static final long FIRST_MILLIS = 500;
    private static final long LAST_MILLIS = 8_000;

    private final RandomGenerator random;

    Retries(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Twice as long each time, less up to a quarter, so that not everybody comes back at once.
     *
     * @param before how often it was asked again already
     */
    long waitMillis(int before) {
        long whole = Math.min(LAST_MILLIS, FIRST_MILLIS << Math.min(before, 10));
        return whole - random.nextLong(whole / 4 + 1);
    }
}
