package dev.millrace.log;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The windows of this process: one for each stream that is being read, none for any other. */
final class Windows {

    private final Vertx vertx;
    private final Doorbell outward;
    private final Map<StreamName, Window> open = new ConcurrentHashMap<>();

    Windows(Vertx vertx) {
        this(vertx, Doorbell.SILENT);
    }

    /** @param outward told which streams are read here */
    Windows(Vertx vertx, Doorbell outward) {
        this.vertx = vertx;
        this.outward = outward;
    }

    /** A tail joins its window before it reads for the first time, so that nothing falls between reading and waiting. */
    Tail tail(StreamLog log, StreamName stream, EventId after) {
        Tail[] made = new Tail[1];
        open.compute(stream, (name, present) -> {
            Window window = present == null ? open(name) : present;
            made[0] = new Tail(this, log, stream, window, Loop.current(vertx), after);
            window.join(made[0]);
            return window;
        });
        return made[0];
    }

    private Window open(StreamName stream) {
        outward.opened(stream);
        return new Window();
    }

    void leave(Tail tail) {
        Window left = tail.window();
        open.compute(tail.stream(), (name, present) -> {
            boolean empty = left.leave(tail);
            return present == left && empty ? close(name) : present;
        });
    }

    private @Nullable Window close(StreamName stream) {
        outward.closed(stream);
        return null;
    }

    /** The doorbell: these entries now stand in the log, right after {@code previous}. */
    void ring(StreamName stream, EventId previous, List<Entry> entries) {
        Window window = open.get(stream);
        if (window != null) {
            window.ring(previous, entries);
        }
    }

    /** Ends who reads the stream now. Who comes after this stands in a new window, before a stream that is none yet. */
    void gone(StreamName stream) {
        Window window = open.get(stream);
        if (window != null) {
            gone(stream, window);
        }
    }

    /** The same, unless readers stand in a newer window already, who have not read what is gone. */
    void gone(StreamName stream, Window window) {
        boolean[] was = new boolean[1];
        // Told in one step with the removal: what opens right after this must not be taken for what is closed.
        open.computeIfPresent(stream, (name, present) -> {
            was[0] = present == window;
            return was[0] ? close(name) : present;
        });
        if (was[0]) {
            window.gone(new StreamGone(stream));
        }
    }

    @Nullable
    Window find(StreamName stream) {
        return open.get(stream);
    }

    List<StreamName> open() {
        return List.copyOf(open.keySet());
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
