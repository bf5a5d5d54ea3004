package dev.millrace.log.redis;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.log.Appended;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** Events that wait for their place, written out once: who hands them in hears at once of one that cannot be. */
final class Append {

    final List<Event> events;
    final long expectedSeq;
    final long bytes;
    final Promise<Appended> stored = Promise.promise();

    private Append(List<Event> events, long expectedSeq) {
        this.events = events;
        this.expectedSeq = expectedSeq;
        this.bytes = events.stream().mapToLong(event -> event.data().length()).sum();
    }

    static Append of(List<? extends Event> events, long expectedSeq) {
        if (events.isEmpty()) {
            throw new IllegalArgumentException("an append has at least one event");
        }
        List<Event> written = new ArrayList<>(events.size());
        for (Event event : events) {
            if (!written.isEmpty() && isLastWord(written.get(written.size() - 1))) {
                throw new IllegalArgumentException("nothing follows the last word, not in one append either");
            }
            Buffer data = event.data();
            written.add(Event.of(event.type(), data));
        }
        return new Append(written, expectedSeq);
    }

    boolean endsStream() {
        return isLastWord(events.get(events.size() - 1));
    }

    private static boolean isLastWord(Event event) {
        return event.type().equals(Entry.LAST_WORD);
    }
}
