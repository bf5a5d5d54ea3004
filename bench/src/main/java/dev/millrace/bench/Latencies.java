package dev.millrace.bench;

import java.util.Map;

/** How long things took, as their distribution. */
final class Latencies {

    private final long[] ascending;

    private Latencies(long[] ascending) {
        this.ascending = ascending;
    }

    /** @param ascending nanoseconds */
    static Latencies of(long[] ascending) {
        return new Latencies(ascending);
    }

    /** In milliseconds; NaN when nothing was measured. @param share such as 0.99, or 1 for the longest */
    double millis(double share) {
        int index = (int) Math.ceil(share * ascending.length) - 1;
        return ascending.length == 0 ? Double.NaN : ascending[Math.max(0, index)] / 1e6;
    }

    /** As the columns {@code p50}, {@code p99} and {@code max}. */
    void into(Map<String, Double> figures) {
        figures.put("p50", millis(0.5));
        figures.put("p99", millis(0.99));
        figures.put("max", millis(1));
    }
}
