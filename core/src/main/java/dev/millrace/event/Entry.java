package dev.millrace.event;

import io.vertx.core.buffer.Buffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An event in its place in a log. */
public final class Entry implements Reading {

    /** The type of the last word of a stream: nothing follows it, and a reader who has it is done. */
    public static final String LAST_WORD = "done";

    /** What an entry costs beside its data: objects, references, the slot in its stream. */
    private static final int OVERHEAD_BYTES = 160;

    private final EventId id;
    private final String type;
    private final Buffer data;
    private volatile @Nullable Encoded encoded;
    private volatile @Nullable Found found;

    public Entry(EventId id, String type, Buffer data) {
        this.id = id;
        this.type = type;
        this.data = data;
    }

    @Override
    public EventId id() {
        return id;
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public Buffer data() {
        return data;
    }

    public boolean isLastWord() {
        return type.equals(LAST_WORD);
    }

    /**
     * The entry on a wire, encoded once: ten thousand readers of one stream write the same buffer. The last encoding
     * asked for is kept; two threads that ask at once may both encode, and either result will do. The buffer must not
     * be changed.
     */
    public Buffer as(Encoding encoding) {
        Encoded kept = encoded;
        if (kept == null || kept.encoding != encoding) {
            kept = new Encoded(encoding, encoding.encode(this));
            encoded = kept;
        }
        return kept.bytes;
    }

    /**
     * What every reader would have to find out about this entry for itself, found once: a thousand readers with a filter
     * parse the JSON one time. As with {@link #as}, the last thing asked for is kept; the finder must be pure.
     */
    @SuppressWarnings("unchecked") // kept together with its finder, which gave a T
    public <T> T found(Function<Entry, T> finder) {
        Found kept = found;
        if (kept == null || kept.finder != finder) {
            kept = new Found(finder, finder.apply(this));
            found = kept;
        }
        return (T) kept.value;
    }

    /** Bytes of heap to count against a budget: the data, its encoded copy, and what surrounds them. */
    public long weight() {
        return 2L * data.length() + OVERHEAD_BYTES;
    }

    @Override
    public String toString() {
        return id + " " + type + " " + data;
    }

    private record Found(Function<?, ?> finder, Object value) {}

    private record Encoded(Encoding encoding, Buffer bytes) {}
}
