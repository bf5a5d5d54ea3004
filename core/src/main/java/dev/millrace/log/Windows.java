package dev.millrace.log;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The windows of this process: one for each stream that is being read, none for any other. */
final class Windows {

    private final Vertx vertx;
    private final Map<StreamName, Window> open = new ConcurrentHashMap<>();

    Windows(Vertx vertx) {
        this.vertx = vertx;
    }

    /** A tail joins its window before it reads for the first time, so that nothing falls between reading and waiting. */
    Tail tail(StreamLog log, StreamName stream, EventId after) {
        Tail[] made = new Tail[1];
        open.compute(stream, (name, present) -> {
            Window window = present == null ? new Window() : present;
            made[0] = new Tail(this, log, stream, window, Loop.current(vertx), after);
            window.join(made[0]);
            return window;
        });
        return made[0];
    }

    void leave(Tail tail) {
        open.computeIfPresent(tail.stream(), (name, window) -> window.leave(tail) ? null : window);
    }

    /** The doorbell: these entries now stand in the log, right after {@code previous}. */
    void ring(StreamName stream, EventId previous, List<Entry> entries) {
        Window window = open.get(stream);
        if (window != null) {
            window.ring(previous, entries);
        }
    }

    void gone(StreamName stream) {
        Window window = open.get(stream);
        if (window != null) {
            window.gone(new StreamGone(stream));
        }
    }

    int tails(StreamName stream) {
        Window window = open.get(stream);
        return window == null ? 0 : window.tails();
    }

    int tails() {
        return open.values().stream().mapToInt(Window::tails).sum();
    }

    int size() {
        return open.size();
    }
}
