package dev.millrace.log;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import java.util.ArrayList;
import java.util.List;

/** One stream of the {@link MemoryLog}. Every method under the stream's lock. */
final class MemoryStream {

    /** What a stream costs with nothing in it. */
    private static final long SHELL_BYTES = 400;

    private final StreamName name;
    private final Retention retention;
    private final EntryRing entries = new EntryRing();
    private EventId before = EventId.BEGINNING;
    private long expiresAt = Long.MAX_VALUE;
    private boolean erased;

    MemoryStream(StreamName name, Retention retention) {
        this.name = name;
        this.retention = retention;
    }

    StreamName name() {
        return name;
    }

    /** 0 until something was appended, so that the shell is counted with the first event. */
    long weight() {
        return isUnused() ? 0 : entries.weight() + SHELL_BYTES;
    }

    boolean isUnused() {
        return entries.isEmpty() && before.seq() == 0;
    }

    EventId head() {
        return entries.isEmpty() ? before : entries.last().id();
    }

    boolean isClosed() {
        return !entries.isEmpty() && entries.last().isLastWord();
    }

    List<Entry> append(List<? extends Event> events, long expectedSeq, long now) {
        EventId head = head();
        if (isClosed() || (expectedSeq != StreamLog.ANYWHERE && expectedSeq != head.seq())) {
            throw new Conflict(name, expectedSeq, head);
        }
        // A clock set back must not make an event older than the one before it: a search by time counts on that.
        long millis = Math.max(now, head.millis());
        List<Entry> appended = new ArrayList<>(events.size());
        long seq = head.seq();
        for (Event event : events) {
            if (!appended.isEmpty() && appended.get(appended.size() - 1).isLastWord()) {
                throw new IllegalArgumentException("nothing follows the last word, not in one append either");
            }
            appended.add(new Entry(new EventId(++seq, millis), event.type(), event.data()));
        }
        appended.forEach(entries::add);
        return appended;
    }

    EventId idBefore(Entry entry) {
        int index = indexAfter(entry.id().seq()) - 2;
        return index < 0 ? before : entries.get(index).id();
    }

    /** How many kept entries have this seq or a lower one. */
    private int indexAfter(long seq) {
        return (int) Math.min(Math.max(seq - before.seq(), 0), entries.size());
    }

    Page read(EventId after, int limit) {
        Page.Standing standing = standing(after);
        int from = standing == Page.Standing.EXACT ? indexAfter(after.seq()) : 0;
        return new Page(standing, extent(), entries.slice(from, from + Math.min(limit, entries.size() - from)));
    }

    private Page.Standing standing(EventId position) {
        if (position.seq() < before.seq()) {
            return Page.Standing.BEHIND;
        }
        if (position.seq() > head().seq()) {
            return Page.Standing.BEYOND;
        }
        int index = indexAfter(position.seq());
        EventId here = index == 0 ? before : entries.get(index - 1).id();
        return here.equals(position) ? Page.Standing.EXACT : Page.Standing.FOREIGN;
    }

    Extent extent() {
        EventId first = entries.isEmpty() ? before : entries.first().id();
        return new Extent(before, head(), first, isClosed() ? entries.last() : null, entries.size(), entries.weight());
    }

    /** Ids are ordered in time as in place, so this is a search by halves. */
    EventId locate(long millis) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).id().millis() < millis) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? before : entries.get(low - 1).id();
    }

    void trim(long now) {
        while (entries.size() > 1
                && (entries.size() > retention.events()
                        || entries.weight() > retention.bytes()
                        || isOld(entries.first(), now))) {
            before = entries.dropFirst().id();
        }
    }

    private boolean isOld(Entry entry, long now) {
        return entry.id().millis() < now - retention.age().toMillis();
    }

    /** Drops the older half, but never the newest. */
    void halve() {
        int keep = Math.max(1, entries.size() / 2);
        while (entries.size() > keep) {
            before = entries.dropFirst().id();
        }
    }

    /** Drops all but the last word, so that a late reader still learns how it ended, and that it missed the rest. */
    void keepLastWord() {
        while (entries.size() > 1) {
            before = entries.dropFirst().id();
        }
    }

    void expireAt(long millis) {
        expiresAt = millis;
    }

    boolean isOver(long now) {
        return now >= expiresAt || (!entries.isEmpty() && isOld(entries.last(), now));
    }

    int size() {
        return entries.size();
    }

    void erase() {
        erased = true;
    }

    boolean isErased() {
        return erased;
    }
}
