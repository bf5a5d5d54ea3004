package dev.millrace.log;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * The readers that this process has in a log that is far away: a window for each stream that is read, one question for
 * what many want at once, and a comparison with the heads now and then, because doorbells may be lost.
 *
 * <p>Made on the log's loop. Its methods may be called from any thread unless they say otherwise.
 */
public final class Readers {

    /** The far log. It is asked, and answers, on the log's loop. */
    public interface Source {

        /** What follows a position, at most {@code limit} events; with a limit of 0 the extent alone. */
        Future<Page> fetch(StreamName stream, EventId after, int limit);

        /** Whether this process is appending to the stream, so that the answer to that brings the newest entries. */
        boolean isAppending(StreamName stream);
    }

    private final Loop home;
    private final Source source;
    private final Windows windows;
    private final SharedReads reads;
    private final HeadWatch watch;

    /**
     * @param outward told which streams are read here
     * @param comparing how often the windows are compared with the heads
     */
    public Readers(Vertx vertx, Doorbell outward, Duration comparing, Source source) {
        this.home = Loop.current(vertx);
        this.source = source;
        this.windows = new Windows(vertx, outward);
        this.reads = new SharedReads(vertx, home, this::fetch);
        this.watch = new HeadWatch(vertx, comparing, windows::open, this::compare);
    }

    /** As {@link StreamLog#read}, once for all who want the same at once. */
    public Future<Page> read(StreamName stream, EventId after, int limit) {
        return reads.read(new SharedReads.Ask(stream, after, limit));
    }

    /** One read. Where there is nothing any more of a stream that readers stand in, they hear of it before the asker. */
    private Future<Page> fetch(SharedReads.Ask ask) {
        Window window = windows.find(ask.stream());
        boolean existed = window != null && window.existed();
        return source.fetch(ask.stream(), ask.after(), ask.limit()).map(page -> {
            if (window != null && page.extent().exists()) {
                window.exists();
            } else if (window != null && existed) {
                windows.gone(ask.stream(), window);
            }
            return page;
        });
    }

    /** As {@link StreamLog#tail}, of the log that these are the readers of. */
    public Tail tail(StreamLog log, StreamName stream, EventId after) {
        Tail tail = windows.tail(log, stream, after);
        home.soon(watch::arm);
        return tail;
    }

    /** These entries now stand in the far log, right after {@code previous}. */
    public void ring(StreamName stream, EventId previous, List<Entry> entries) {
        windows.ring(stream, previous, entries);
    }

    /**
     * Erases a stream: the readers first, for who finds nothing in the log must be able to tell that it is gone. And once
     * more, for who came between the two and has read what is not there any more. On the log's loop.
     */
    public Future<Void> erase(StreamName stream, Supplier<Future<Void>> erasing) {
        windows.gone(stream);
        return erasing.get().onSuccess(gone -> {
            Window window = windows.find(stream);
            if (window != null && window.existed()) {
                windows.gone(stream, window);
            }
        });
    }

    /** Compares all windows with their streams now. On the log's loop. */
    public Future<Void> compare() {
        return watch.now();
    }

    private Future<Void> compare(StreamName stream) {
        Window window = windows.find(stream);
        if (window == null) {
            return Future.succeededFuture();
        }
        EventId then = window.ends();
        return fetch(new SharedReads.Ask(stream, EventId.BEGINNING, 0))
                .onSuccess(page -> {
                    if (!source.isAppending(stream)) {
                        window.compare(then, page.extent().head());
                    }
                })
                .mapEmpty();
    }

    /** No comparisons any more. On the log's loop. */
    public void close() {
        watch.close();
    }

    /** How many tails of this process stand in the stream. */
    public int of(StreamName stream) {
        return windows.tails(stream);
    }

    /** How many tails there are. */
    public int tails() {
        return windows.tails();
    }

    /** How many streams have a reader. */
    public int windows() {
        return windows.size();
    }
}
