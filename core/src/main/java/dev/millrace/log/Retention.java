package dev.millrace.log;

import java.time.Duration;
import java.util.Map;

/**
 * How much of a stream is kept. The oldest events go first; the newest is always kept.
 *
 * @param events at most so many
 * @param bytes at most so much weight
 * @param age none older; a stream whose newest event is older is dropped whole
 */
public record Retention(int events, long bytes, Duration age) {

    private static final long MIB = 1 << 20;

    /** What is kept unless somebody says otherwise. */
    public static final Map<StreamName.Kind, Retention> DEFAULTS = Map.of(
            StreamName.Kind.RUN, new Retention(100_000, 64 * MIB, Duration.ofHours(24)),
            StreamName.Kind.SESSION, new Retention(10_000, 64 * MIB, Duration.ofDays(30)),
            StreamName.Kind.AUDIO, new Retention(10_000, 16 * MIB, Duration.ofHours(24)),
            StreamName.Kind.SHELF, new Retention(10_000, 16 * MIB, Duration.ofDays(30)),
            StreamName.Kind.CLAIM, new Retention(1, MIB, Duration.ofHours(24)),
            StreamName.Kind.FEED, new Retention(100_000, 256 * MIB, Duration.ofDays(7)),
            StreamName.Kind.CONSUMER, new Retention(1, MIB, Duration.ofDays(30)),
            // As long as runs: a process that comes back within that time ends what it left.
            StreamName.Kind.AGENT, new Retention(1, 16 * MIB, Duration.ofHours(24)));

    public Retention {
        if (events < 1 || bytes < 1 || age.isNegative() || age.isZero()) {
            throw new IllegalArgumentException(
                    "retention needs at least one event, one byte and a positive age: %d, %d, %s"
                            .formatted(events, bytes, age));
        }
    }
}
