package dev.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.event.Notice;
import dev.millrace.event.Reading;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/**
 * A reader that checks each reading against the one before and against the log: what it got and what it was told it
 * lost make up everything from its place on. Now and then it pauses, asks for a few more, or goes away and comes back
 * with the last id it saw, each also from inside the handler. On its tail's loop only.
 */
final class Connection {

    private final StreamLog log;
    private final StreamName stream;
    private final Predicate<EventId> inLog;
    private final Random random;
    private final boolean joining;
    private final Promise<Void> over = Promise.promise();
    private Tail tail;
    private EventId position;
    private long granted;
    private boolean calm;
    private int connections;
    long delivered;
    long lost;

    /** @param inLog whether an event of that id is in the log now, or was before */
    Connection(StreamLog log, StreamName stream, EventId after, Predicate<EventId> inLog, Random random) {
        this.log = log;
        this.stream = stream;
        this.inLog = inLog;
        this.random = random;
        this.position = after;
        this.joining = random.nextInt(3) == 0;
        this.tail = connect();
    }

    Promise<Void> over() {
        return over;
    }

    /** Reads on to the end without any more caprice. */
    void calm() {
        calm = true;
        resume();
    }

    void whim() {
        if (over.future().isComplete()) {
            return;
        }
        switch (random.nextInt(6)) {
            case 0 -> {
                tail.pause();
                granted = 0;
            }
            case 1, 2 -> {
                int few = random.nextInt(20);
                granted = granted + few < 0 ? Long.MAX_VALUE : granted + few;
                tail.fetch(few);
            }
            case 3 -> resume();
            case 4 -> {
                tail.close();
                tail = connect();
            }
            default -> {}
        }
    }

    private void resume() {
        granted = Long.MAX_VALUE;
        tail.resume();
    }

    private Tail connect() {
        int number = ++connections;
        Tail made = log.tail(stream, position);
        granted = Long.MAX_VALUE;
        if (random.nextBoolean()) {
            made.pause();
            granted = 0;
        }
        if (joining) {
            made.joining(Connection::join);
        }
        made.exceptionHandler(over::tryFail);
        made.endHandler(end -> {
            if (number == connections) {
                over.tryComplete();
            }
        });
        made.handler(reading -> {
            try {
                assertEquals(connections, number, "a closed tail is still heard");
                take(reading);
            } catch (AssertionError e) {
                over.tryFail(e);
                throw e;
            }
        });
        return made;
    }

    private void take(Reading reading) {
        assertTrue(granted > 0, "more than was asked for");
        granted -= granted == Long.MAX_VALUE ? 0 : 1;
        if (reading instanceof Notice notice) {
            assertEquals(Notice.GAP, notice.type(), () -> "nothing was forgotten: " + notice);
            assertEquals(position.toString(), notice.json().getString("requested"));
            long gone = notice.json().getLong("lost");
            assertTrue(gone > 0);
            lost += gone;
            assertEquals(position.seq() + gone, tail.position().seq());
            position = tail.position();
            EventId first = EventId.parse(notice.json().getString("first")).orElseThrow();
            assertTrue(first.seq() == position.seq() + 1, () -> "first is not the next: " + notice);
        } else if (reading instanceof Entry entry) {
            long seq = position.seq();
            for (String part : entry.data().toString().split(",", -1)) {
                assertEquals(++seq, Long.parseLong(part), "a hole or a double");
                delivered++;
            }
            assertEquals(seq, entry.id().seq());
            position = entry.id();
        }
        assertTrue(inLog.test(position), () -> "not of this log: " + position);
        if (!calm && random.nextInt(8) == 0) {
            whim();
        }
    }

    /** Runs of ticks as one, like tokens. */
    private static List<Entry> join(List<Entry> entries) {
        List<Entry> joined = new ArrayList<>();
        for (Entry entry : entries) {
            Entry last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (last == null || entry.isLastWord()) {
                joined.add(entry);
            } else {
                joined.set(
                        joined.size() - 1,
                        new Entry(
                                entry.id(),
                                entry.type(),
                                Buffer.buffer(last.data().toString() + "," + entry.data())));
            }
        }
        return joined;
    }
}
