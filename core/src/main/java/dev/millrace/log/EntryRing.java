package dev.millrace.log;

import dev.millrace.event.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Entries in order, added at one end and dropped at the other, each at a constant cost. (An {@code ArrayList} would move
 * a full feed by one place for every event it takes in.) Not thread-safe.
 */
final class EntryRing {

    private static final int INITIAL_SLOTS = 8;

    private Entry[] slots = new Entry[INITIAL_SLOTS];
    private int start;
    private int size;
    private long weight;

    int size() {
        return size;
    }

    long weight() {
        return weight;
    }

    boolean isEmpty() {
        return size == 0;
    }

    Entry get(int index) {
        return slots[(start + index) & (slots.length - 1)];
    }

    Entry first() {
        return get(0);
    }

    Entry last() {
        return get(size - 1);
    }

    void add(Entry entry) {
        if (size == slots.length) {
            grow();
        }
        slots[(start + size) & (slots.length - 1)] = entry;
        size++;
        weight += entry.weight();
    }

    /** Drops the oldest and returns it. */
    @SuppressWarnings("NullAway") // an empty slot is nobody's entry; letting go of it lets the heap go
    Entry dropFirst() {
        Entry dropped = first();
        slots[start] = null;
        start = (start + 1) & (slots.length - 1);
        size--;
        weight -= dropped.weight();
        return dropped;
    }

    void clear() {
        slots = new Entry[INITIAL_SLOTS];
        start = 0;
        size = 0;
        weight = 0;
    }

    /** A copy of {@code [from, to)}. */
    List<Entry> slice(int from, int to) {
        List<Entry> slice = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            slice.add(get(i));
        }
        return slice;
    }

    private void grow() {
        Entry[] wider = Arrays.copyOf(slots, slots.length * 2);
        for (int i = 0; i < size; i++) {
            wider[i] = get(i);
        }
        slots = wider;
        start = 0;
    }
}
