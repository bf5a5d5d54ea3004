package dev.millrace.sse;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Who leaves when: all of a crowd within a window, evenly and in no order, so that wherever they go they do not arrive
 * at once. It knows no clock and no timer; one instance serves a whole event loop.
 */
final class Departures<T> {

    private final List<T> waiting;
    private final int all;
    private final long windowMillis;

    /** @param windowMillis after how long the last has left; 0 for all at once */
    Departures(Collection<T> crowd, long windowMillis, Random random) {
        this.waiting = new ArrayList<>(crowd);
        this.all = waiting.size();
        this.windowMillis = windowMillis;
        Collections.shuffle(waiting, random);
    }

    /** Takes out those whose time has come, so many milliseconds after the first could leave. */
    List<T> due(long elapsedMillis) {
        int left = elapsedMillis >= windowMillis ? 0 : all - (int) (all * elapsedMillis / windowMillis);
        if (left >= waiting.size()) {
            return List.of();
        }
        List<T> due = waiting.subList(left, waiting.size());
        List<T> taken = List.copyOf(due);
        due.clear();
        return taken;
    }

    boolean isOver() {
        return waiting.isEmpty();
    }
}
