package dev.millrace.log;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.event.Notice;
import dev.millrace.event.Reading;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.streams.ReadStream;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A reader: a position in a stream, and how much it is asked for. It keeps no queue. While there is demand it takes what
 * follows its position from the window or, where the window does not reach, from the log; catching up and following are
 * the same loop, and "not there yet" is all that live means. Paused, it costs its own few fields.
 *
 * <p>It ends after the stream's last word. All handlers run on the loop it was made on; its methods may be called from
 * anywhere. Once made it must be read to the end or closed, for until then it counts as somebody who watches.
 */
public final class Tail implements ReadStream<Reading> {

    /** How many entries a filter may pass over before other readers of the loop have a turn. */
    private static final int PASSED_OVER_AT_ONCE = 1024;

    /** How much is taken from the window at once, to keep its lock short. */
    private static final int WINDOW_BATCH = 64;

    private final Windows windows;
    private final StreamLog log;
    private final StreamName stream;
    private final Window window;
    private final Loop loop;

    private EventId position;
    private long demand = Long.MAX_VALUE;
    private boolean liveAfterReset;
    private boolean existing;
    private UnaryOperator<List<Entry>> join = entries -> entries;
    private Predicate<Entry> filter = entry -> true;
    /** Entries passed over in this turn of the loop. */
    private int passedOver;

    private @Nullable Handler<Reading> handler;
    private @Nullable Handler<Void> endHandler;
    private @Nullable Handler<Throwable> exceptionHandler;

    private boolean delivering;
    private boolean reading;
    /** A page that has come and was not handed on yet. */
    private @Nullable Future<Page> fetched;

    /** The log had nothing more, so only a doorbell is worth another look. */
    private boolean parked;

    private boolean rung;
    private boolean over;

    Tail(Windows windows, StreamLog log, StreamName stream, Window window, Loop loop, EventId after) {
        this.windows = windows;
        this.log = log;
        this.stream = stream;
        this.window = window;
        this.loop = loop;
        this.position = after;
    }

    StreamName stream() {
        return stream;
    }

    Window window() {
        return window;
    }

    Loop loop() {
        return loop;
    }

    /** The last event this reader was given or passed over, or the place it began after. */
    public EventId position() {
        return position;
    }

    /** Whether the stream has had its last word, as far as is known here: then this reader will end by himself. */
    public boolean isEnding() {
        return window.ended();
    }

    /** After a reset, go on with what comes, not with what is kept: for feeds. Said before the handler is set. */
    public Tail liveAfterReset() {
        liveAfterReset = true;
        return this;
    }

    /** The stream is known to exist, so finding none means that it is gone. Said before the handler is set. */
    public Tail existing() {
        existing = true;
        return this;
    }

    /** What is read in one go passes through {@code join} first, which may make one of several. Said before the handler. */
    public Tail joining(UnaryOperator<List<Entry>> join) {
        this.join = join;
        return this;
    }

    /**
     * Entries that do not pass are not handed on. They move the position and take no demand, so a reader whose filter
     * matches rarely is at the head all the same. The last word always passes. Said before the handler.
     */
    public Tail filtering(Predicate<Entry> filter) {
        this.filter = filter;
        return this;
    }

    @Override
    public Tail handler(@Nullable Handler<Reading> handler) {
        loop.run(() -> {
            this.handler = handler;
            loop.soon(this::deliver); // not from inside this call: the other handlers may be set after it
        });
        return this;
    }

    @Override
    public Tail endHandler(@Nullable Handler<Void> handler) {
        endHandler = handler;
        return this;
    }

    @Override
    public Tail exceptionHandler(@Nullable Handler<Throwable> handler) {
        exceptionHandler = handler;
        return this;
    }

    @Override
    public Tail pause() {
        loop.run(() -> demand = 0);
        return this;
    }

    @Override
    public Tail resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public Tail fetch(long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("nobody fetches " + amount);
        }
        loop.run(() -> {
            demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
            deliver();
        });
        return this;
    }

    /** The reader goes away; no handler is called any more. */
    public void close() {
        loop.run(this::leave);
    }

    private void leave() {
        if (!over) {
            over = true;
            handler = null;
            windows.leave(this);
        }
    }

    private void finish() {
        if (over) {
            return;
        }
        leave();
        if (endHandler != null) {
            endHandler.handle(null);
        }
    }

    /** A doorbell rang. On the loop. */
    void wake() {
        rung = true;
        parked = false;
        deliver();
    }

    private void fail(Throwable cause) {
        if (over) {
            return;
        }
        leave();
        if (exceptionHandler != null) {
            exceptionHandler.handle(cause);
        }
    }

    private void deliver() {
        if (delivering) {
            return; // a handler that asks for more is already inside the loop below
        }
        delivering = true;
        try {
            StreamGone gone = window.gone();
            if (gone != null && handler != null) {
                fail(gone);
            }
            passedOver = 0;
            while (wanted() && !reading && step()) {
                if (passedOver >= PASSED_OVER_AT_ONCE) {
                    loop.soon(this::deliver);
                    break;
                }
            }
        } catch (RuntimeException e) {
            broken(e);
        } finally {
            delivering = false;
        }
    }

    /** A handler threw. What it missed would never come again, and silence is not an ending: so the reader ends. */
    private void broken(RuntimeException cause) {
        if (over || exceptionHandler == null) {
            leave();
            throw cause;
        }
        fail(cause);
    }

    /** When the window is gone, the doorbell that says so is on its way. */
    private boolean wanted() {
        return demand > 0 && !over && handler != null && window.gone() == null;
    }

    /** Hands on what is at hand, or asks the log for it; false when there is nothing to do but wait. */
    private boolean step() {
        Future<Page> page = fetched;
        if (page != null) {
            fetched = null;
            take(page);
            return true;
        }
        List<Entry> next = window.after(position, WINDOW_BATCH);
        if (next == null) {
            return !parked && readLog();
        }
        if (next.isEmpty()) {
            if (window.ended()) {
                finish();
            }
            return false;
        }
        hand(next);
        return true;
    }

    private boolean readLog() {
        rung = false;
        Future<Page> page = log.read(stream, position, StreamLog.PAGE);
        if (page.isComplete()) {
            fetched = page; // already here: no turn of the loop for it
            return true;
        }
        reading = true;
        page.onComplete(done -> loop.run(() -> {
            reading = false;
            fetched = wanted() ? page : null; // who paused meanwhile reads it again, and holds nothing
            deliver();
        }));
        return false;
    }

    private void take(Future<Page> page) {
        if (!wanted()) {
            return; // gone while it was read: what is missing in the page is not for this reader to hear of
        }
        if (page.failed()) {
            fail(page.cause());
        } else {
            take(position, page.result());
        }
    }

    private void take(EventId asked, Page page) {
        if (existing && !page.extent().exists()) {
            fail(new StreamGone(stream));
            return;
        }
        // A doorbell during the read may tell of events that the read came too early for.
        parked = page.entries().isEmpty() && !rung;
        Notice notice = page.notice(asked).orElse(null);
        if (notice == null && page.entries().isEmpty() && page.extent().closed()) {
            finish();
            return;
        }
        if (notice == null) {
            hand(page.entries());
            return;
        }
        boolean skip = liveAfterReset && notice.type().equals(Notice.RESET);
        position = skip ? page.extent().head() : page.extent().before();
        hand(notice);
        if (!skip) {
            hand(page.entries());
        }
    }

    private void hand(List<Entry> read) {
        if (read.isEmpty()) {
            return; // nothing to join
        }
        for (Entry entry : join.apply(read)) {
            if (!wanted()) {
                return; // what is left is in the log, at our position
            }
            position = entry.id();
            if (entry.isLastWord() || filter.test(entry)) {
                hand(entry);
            } else {
                passedOver++;
            }
            if (entry.isLastWord()) {
                finish();
            }
        }
    }

    private void hand(Reading reading) {
        Handler<Reading> to = handler;
        if (to != null) {
            demand = demand == Long.MAX_VALUE ? demand : demand - 1;
            to.handle(reading);
        }
    }
}
