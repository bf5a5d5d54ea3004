package dev.millrace.log.redis;

import java.util.random.RandomGenerator;

/** How long to wait before the next attempt: twice as long each time, up to a second, and never all at once. */
final class Backoff {

    private static final long FIRST_MILLIS = 20;
    private static final long LONGEST_MILLIS = 1_000;

    private final RandomGenerator random;
    private int failures;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    void succeeded() {
        failures = 0;
    }

    /** Between half and all of what the number of failures calls for, at least 1. */
    long nextMillis() {
        long whole = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures, 10));
        failures++;
        return whole / 2 + random.nextLong(whole / 2) + 1;
    }
}
