package dev.millrace.log.redis;

import java.util.HashSet;
import java.util.Set;

/**
 * Whether Redis has been away for so long that readers should hear of it, over all links of a log. Kept on the
 * log's loop, asked on any thread.
 */
final class Outages {

    private final Set<Pulse> away = new HashSet<>();
    private int last;
    private volatile int current;

    /** 0 while Redis answers; else a number that no earlier outage had. */
    int current() {
        return current;
    }

    /** Returns whether this is news. */
    boolean began(Pulse pulse) {
        boolean first = away.isEmpty();
        away.add(pulse);
        if (first) {
            current = ++last;
        }
        return first;
    }

    /** Returns whether this is news. */
    boolean ended(Pulse pulse) {
        boolean over = away.remove(pulse) && away.isEmpty();
        if (over) {
            current = 0;
        }
        return over;
    }
}
