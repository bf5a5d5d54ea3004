package dev.millrace.log;

import dev.millrace.event.Entry;
import dev.millrace.event.Reading;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Writes down what a tail hands on, and says when there is so much of it. */
public final class Reader {

    public final Tail tail;
    private final BiConsumer<Tail, Reading> then;
    private final List<Reading> seen = new ArrayList<>();
    private final Map<Integer, Promise<List<String>>> awaited = new TreeMap<>();
    private final Promise<List<String>> ended = Promise.promise();
    private final Promise<Throwable> failed = Promise.promise();

    public Reader(Tail tail) {
        this(tail, (self, reading) -> {});
    }

    /** @param then what the reader does with each reading, inside the handler */
    Reader(Tail tail, BiConsumer<Tail, Reading> then) {
        this.tail = tail;
        this.then = then;
        tail.endHandler(end -> ended.complete(seen()));
        tail.exceptionHandler(failed::complete);
        tail.handler(this::take);
    }

    private void take(Reading reading) {
        Promise<List<String>> due;
        synchronized (this) {
            seen.add(reading);
            due = awaited.remove(seen.size());
        }
        then.accept(tail, reading);
        if (due != null) {
            due.complete(seen());
        }
    }

    /** Everything seen, once it is so many readings. */
    public synchronized Future<List<String>> has(int readings) {
        if (seen.size() >= readings) {
            return Future.succeededFuture(seen());
        }
        return awaited.computeIfAbsent(readings, count -> Promise.promise()).future();
    }

    /** Everything seen, once the tail has ended. */
    public Future<List<String>> ended() {
        return ended.future();
    }

    public boolean isOver() {
        return ended.future().isComplete() || failed.future().isComplete();
    }

    public Future<Throwable> failed() {
        return failed.future();
    }

    public synchronized List<String> seen() {
        return seen.stream().map(Reader::text).toList();
    }

    synchronized List<Reading> readings() {
        return List.copyOf(seen);
    }

    public static String text(Reading reading) {
        return reading instanceof Entry entry
                ? entry.id().seq() + " " + entry.data()
                : reading.type() + " " + reading.data();
    }
}
