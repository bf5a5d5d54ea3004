package dev.millrace.log;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The log in the heap of one process: nothing to install, and gone with the process. Appends and reads take the lock of
 * their stream for a few array slots; every future it returns is already complete.
 *
 * <p>The budget bounds the weight of all streams together. What goes when it is full, in this order: see {@link
 * Eviction}.
 */
public final class MemoryLog implements StreamLog {

    private final Windows windows;
    private final LongSupplier clock;
    private final Map<StreamName.Kind, Retention> retention;
    private final long budgetBytes;
    private final Map<StreamName, MemoryStream> streams = new ConcurrentHashMap<>();
    private final AtomicLong weight = new AtomicLong();
    private final Eviction eviction;

    /**
     * @param clock milliseconds since the Unix epoch
     * @param retention for the kinds that are not to have the default
     * @param budgetBytes weight of all streams together, at least 1 MiB
     */
    public MemoryLog(Vertx vertx, LongSupplier clock, Map<StreamName.Kind, Retention> retention, long budgetBytes) {
        this.windows = new Windows(vertx);
        this.clock = clock;
        this.retention = new EnumMap<>(Retention.DEFAULTS);
        this.retention.putAll(retention);
        this.budgetBytes = budgetBytes;
        this.eviction = new Eviction(streams, weight, budgetBytes, name -> windows.tails(name) > 0, this::erase);
    }

    @Override
    public Future<Appended> append(StreamName name, List<? extends Event> events, long expectedSeq) {
        try {
            if (weight.get() > budgetBytes && !eviction.makeRoom() && !endsStream(events)) {
                throw new LogFull(budgetBytes);
            }
            return Future.succeededFuture(store(name, events, expectedSeq));
        } catch (RuntimeException refusal) { // also an event that cannot be encoded
            return Future.failedFuture(refusal);
        }
    }

    /** A last word is small, and without it a reader would wait for ever: it always finds room. */
    private static boolean endsStream(List<? extends Event> events) {
        return events.get(events.size() - 1).type().equals(Entry.LAST_WORD);
    }

    private Appended store(StreamName name, List<? extends Event> events, long expectedSeq) {
        while (true) {
            MemoryStream stream = streams.computeIfAbsent(name, this::empty);
            synchronized (stream) {
                if (stream.isErased()) {
                    continue; // erased between the look-up and the lock; the next look-up makes a new one
                }
                long before = stream.weight();
                try {
                    List<Entry> entries = stream.append(events, expectedSeq, clock.getAsLong());
                    EventId previous = stream.idBefore(entries.get(0));
                    // Inside the lock, so that doorbells ring in the order of the log.
                    windows.ring(name, previous, entries);
                    stream.trim(clock.getAsLong());
                    return new Appended(
                            previous, entries.get(entries.size() - 1).id());
                } finally {
                    weight.addAndGet(stream.weight() - before);
                    if (stream.isUnused()) {
                        // A refused first append leaves nothing behind, and is no news to who waits for the stream.
                        streams.remove(name, stream);
                        stream.erase();
                    }
                }
            }
        }
    }

    private MemoryStream empty(StreamName name) {
        return new MemoryStream(name, retention(name.kind()));
    }

    @Override
    public Future<Page> read(StreamName name, EventId after, int limit) {
        MemoryStream stream = streams.get(name);
        if (stream == null) {
            return Future.succeededFuture(empty(name).read(after, limit));
        }
        synchronized (stream) {
            return Future.succeededFuture((stream.isErased() ? empty(name) : stream).read(after, limit));
        }
    }

    @Override
    public Future<Extent> head(StreamName name) {
        MemoryStream stream = streams.get(name);
        if (stream == null) {
            return Future.succeededFuture(Extent.EMPTY);
        }
        synchronized (stream) {
            return Future.succeededFuture(stream.isErased() ? Extent.EMPTY : stream.extent());
        }
    }

    @Override
    public Future<EventId> locate(StreamName name, long millis) {
        MemoryStream stream = streams.get(name);
        if (stream == null) {
            return Future.succeededFuture(EventId.BEGINNING);
        }
        synchronized (stream) {
            return Future.succeededFuture(stream.isErased() ? EventId.BEGINNING : stream.locate(millis));
        }
    }

    @Override
    public Tail tail(StreamName name, EventId after) {
        return windows.tail(this, name, after);
    }

    @Override
    public Future<Void> expire(StreamName name, Duration after) {
        MemoryStream stream = streams.get(name);
        if (stream != null) {
            synchronized (stream) {
                if (after.isZero()) {
                    erase(stream);
                } else {
                    stream.expireAt(clock.getAsLong() + after.toMillis());
                }
            }
        }
        return Future.succeededFuture();
    }

    @Override
    public int readers(StreamName name) {
        return windows.tails(name);
    }

    @Override
    public Retention retention(StreamName.Kind kind) {
        return Objects.requireNonNull(retention.get(kind));
    }

    /** Drops what is too old. Called now and then by the node; the cost is a look at every stream. */
    public void sweep() {
        long now = clock.getAsLong();
        for (MemoryStream stream : streams.values()) {
            synchronized (stream) {
                if (stream.isErased()) {
                    continue; // its weight is gone already
                }
                long before = stream.weight();
                stream.trim(now);
                weight.addAndGet(stream.weight() - before);
                if (stream.isOver(now)) {
                    erase(stream);
                }
            }
        }
    }

    /** Under the stream's lock. */
    private void erase(MemoryStream stream) {
        if (!stream.isErased()) {
            // The readers first: who finds nothing in the log must be able to tell that it is gone.
            windows.gone(stream.name());
            streams.remove(stream.name(), stream);
            weight.addAndGet(-stream.weight());
            stream.erase();
        }
    }

    /** How many streams are kept. */
    public int streams() {
        return streams.size();
    }

    /** Bytes all streams weigh together. */
    public long weight() {
        return weight.get();
    }

    /** How many readers stand in this log. */
    public int tails() {
        return windows.tails();
    }

    /** How many streams have a reader. */
    public int windows() {
        return windows.size();
    }
}
