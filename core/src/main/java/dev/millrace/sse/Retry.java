package dev.millrace.sse;

import java.util.concurrent.ThreadLocalRandom;

/** How long clients are asked to wait before they come back. */
public final class Retry {

    /** After a connection that broke by itself, in milliseconds. */
    public static final long MILLIS = 1_000;

    private static final long SPREAD_MILLIS = 3_000;

    private Retry() {}

    /** For many who are sent away together: from {@link #MILLIS} to three seconds more, never the same for all. */
    public static long scattered() {
        return MILLIS + ThreadLocalRandom.current().nextLong(SPREAD_MILLIS);
    }
}
