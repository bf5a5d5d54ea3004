package dev.millrace.log;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The recent entries of one stream, once for all readers of this process. A doorbell brings them with the id of the
 * entry before; what is newer and does not fit to the end of the window begins it anew, and whoever stands elsewhere
 * reads the log. What is older, or another event than the window has there, makes it forget: the log knows who is right.
 * So a doorbell may be lost, doubled or late, and no reader can tell.
 *
 * <p>Rung on any thread, read on the tails' loops; the lock is held for a few array slots at a time.
 */
final class Window {

    private static final int MAX_ENTRIES = 1024;
    private static final long MAX_WEIGHT = 1 << 20;

    private final EntryRing recent = new EntryRing();
    private final Map<Loop, Sitting> sittings = new ConcurrentHashMap<>();
    /** What stands before the oldest of {@link #recent}; null until the first doorbell. */
    private @Nullable EventId base;

    /** The head that a comparison found last, while {@link #recent} could not tell of it. */
    private @Nullable EventId compared;

    private int tails;
    private volatile boolean existed;
    private volatile @Nullable StreamGone gone;

    /** Takes in a doorbell, then wakes every loop that has readers here. */
    void ring(EventId previous, List<Entry> entries) {
        if (take(previous, entries)) {
            sittings.values().forEach(Sitting::wake);
        }
    }

    /**
     * Takes in what a far log said its head is. Where the window ends with another event, a doorbell was lost or the log
     * has forgotten: the window forgets too, and every reader asks the log.
     *
     * @param then where the window ended when the log was asked; one that was rung since knows more than the answer
     */
    void compare(@Nullable EventId then, EventId head) {
        if (differs(then, head)) {
            sittings.values().forEach(Sitting::wake);
        }
    }

    private synchronized boolean differs(@Nullable EventId then, EventId head) {
        EventId end = end();
        if (!Objects.equals(then, end) || head.equals(end == null ? compared : end)) {
            return false;
        }
        recent.clear();
        base = null;
        compared = head;
        return true;
    }

    /** Where the window ends; null when it knows nothing. */
    synchronized @Nullable EventId ends() {
        return end();
    }

    /** Whether the stream has been seen to exist, so that one that does not any more is gone. */
    boolean existed() {
        return existed;
    }

    void exists() {
        existed = true;
    }

    private synchronized boolean take(EventId previous, List<Entry> entries) {
        existed = true;
        EventId newest = entries.get(entries.size() - 1).id();
        if (base != null && after(newest, 0) != null) {
            return false; // all of it is here already
        }
        EventId end = end();
        if (!previous.equals(end)) {
            recent.clear();
            base = previous;
            if (end != null && newest.seq() <= end.seq()) {
                base = null; // begun anew with this, a reader at its end would take itself to have everything
                return true;
            }
        }
        entries.forEach(recent::add);
        while (recent.size() > 1 && (recent.size() > MAX_ENTRIES || recent.weight() > MAX_WEIGHT)) {
            base = recent.dropFirst().id();
        }
        return true;
    }

    private @Nullable EventId end() {
        return recent.isEmpty() ? base : recent.last().id();
    }

    /**
     * What follows a position, at most {@code limit} entries, empty when the reader has everything; null when the window
     * does not know the position and the log must be asked.
     */
    synchronized @Nullable List<Entry> after(EventId position, int limit) {
        if (base == null) {
            return null;
        }
        long index = position.seq() - base.seq();
        if (index < 0 || index > recent.size() || !position.equals(at((int) index))) {
            return null;
        }
        return recent.slice((int) index, (int) Math.min(recent.size(), index + limit));
    }

    private @Nullable EventId at(int index) {
        return index == 0 ? base : recent.get(index - 1).id();
    }

    /** Whether the newest entry is the stream's last word. */
    synchronized boolean ended() {
        return !recent.isEmpty() && recent.last().isLastWord();
    }

    synchronized void join(Tail tail) {
        tails++;
        Sitting sitting = sittings.computeIfAbsent(tail.loop(), Sitting::new);
        sitting.seats++;
        tail.loop().run(() -> sitting.tails.add(tail));
    }

    /** Returns whether the last tail left. */
    synchronized boolean leave(Tail tail) {
        tails--;
        Sitting sitting = sittings.get(tail.loop());
        if (sitting != null) {
            tail.loop().run(() -> sitting.tails.remove(tail));
            if (--sitting.seats == 0) {
                sittings.remove(tail.loop()); // each tail made off the event loops brings a loop of its own
            }
        }
        return tails == 0;
    }

    synchronized int tails() {
        return tails;
    }

    /** How many loops have readers here. */
    int loops() {
        return sittings.size();
    }

    /** Ends every tail: the stream is no more. */
    void gone(StreamGone cause) {
        gone = cause;
        sittings.values().forEach(Sitting::wake);
    }

    /** Why there is nothing more to read here; null as long as there may be. */
    @Nullable
    StreamGone gone() {
        return gone;
    }

    /** The tails of one loop. The set is touched on that loop only. */
    private static final class Sitting {

        private final Loop loop;
        private final Set<Tail> tails = new LinkedHashSet<>();
        private final AtomicBoolean scheduled = new AtomicBoolean();
        /** Tails that came and did not leave, under the window's lock. */
        private int seats;

        Sitting(Loop loop) {
            this.loop = loop;
        }

        /** One task however many doorbells ring before it runs. */
        void wake() {
            if (scheduled.compareAndSet(false, true)) {
                loop.soon(() -> {
                    scheduled.set(false);
                    wakeAll();
                });
            }
        }

        /** What one reader's handler throws must not keep the doorbell from the next. */
        private void wakeAll() {
            RuntimeException thrown = null;
            for (Tail tail : new ArrayList<>(tails)) {
                try {
                    tail.wake();
                } catch (RuntimeException e) {
                    thrown = thrown == null ? e : thrown;
                }
            }
            if (thrown != null) {
                throw thrown;
            }
        }
    }
}
