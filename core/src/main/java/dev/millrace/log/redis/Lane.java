package dev.millrace.log.redis;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.log.Appended;
import dev.millrace.log.Conflict;
import dev.millrace.log.Doorbell;
import dev.millrace.log.LogUnavailable;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What this process does to one stream, one thing after the other. While one append is under way the next collect, and
 * those that do not care for their place go together. One at a time is also what makes an append safe to repeat: the
 * stream remembers the last of each process, and no more is needed. Streams do not wait for each other.
 *
 * <p>On the log's loop.
 */
final class Lane {

    private static final int GROUP_EVENTS = 512;
    private static final long GROUP_BYTES = 1 << 20;

    private final StreamName stream;
    /** Sends a group of appends as one, and answers with the script's words. */
    private final Function<List<Append>, Future<Response>> sender;

    private final Doorbell bell;
    private final Deque<Turn> turns = new ArrayDeque<>();
    private boolean busy;

    Lane(StreamName stream, Function<List<Append>, Future<Response>> sender, Doorbell bell) {
        this.stream = stream;
        this.sender = sender;
        this.bell = bell;
    }

    /** An append, or something else whose place among the appends matters. */
    private sealed interface Turn {}

    private record Store(Append append) implements Turn {}

    private record Act(Supplier<Future<?>> what) implements Turn {}

    boolean isIdle() {
        return !busy;
    }

    void append(Append append) {
        turns.add(new Store(append));
        next();
    }

    void act(Supplier<Future<?>> what) {
        turns.add(new Act(what));
        next();
    }

    private void next() {
        if (busy || turns.isEmpty()) {
            return;
        }
        busy = true;
        if (turns.peek() instanceof Act act) {
            turns.remove();
            act.what.get().onComplete(done -> over());
        } else {
            List<Append> group = group();
            sender.apply(group).onComplete(said -> {
                try {
                    settle(group, said);
                } finally {
                    over();
                }
            });
        }
    }

    private void over() {
        busy = false;
        next();
    }

    /** The next append, and those behind it that may land anywhere: one with an expectation stands alone. */
    private List<Append> group() {
        List<Append> group = new ArrayList<>();
        int events = 0;
        long bytes = 0;
        while (turns.peek() instanceof Store next && (group.isEmpty() || joins(group, next.append))) {
            if (!group.isEmpty() && (events >= GROUP_EVENTS || bytes >= GROUP_BYTES)) {
                break; // Redis serves nobody else while it stores a group
            }
            turns.remove();
            group.add(next.append);
            events += next.append.events.size();
            bytes += next.append.bytes;
        }
        return group;
    }

    private static boolean joins(List<Append> group, Append next) {
        Append last = group.get(group.size() - 1);
        return last.expectedSeq == StreamLog.ANYWHERE && next.expectedSeq == StreamLog.ANYWHERE && !last.endsStream();
    }

    private void settle(List<Append> group, AsyncResult<Response> said) {
        if (said.failed()) {
            group.forEach(append -> append.stored.fail(said.cause()));
            return;
        }
        Response answer = said.result();
        switch (answer.get(0).toString()) {
            case "stored" -> stored(group, Answer.id(answer.get(1)), Answer.id(answer.get(2)));
            case "conflict" -> {
                EventId head = Answer.id(answer.get(1));
                group.forEach(append -> append.stored.fail(new Conflict(stream, append.expectedSeq, head)));
            }
            default -> group.forEach(append -> append.stored.fail(new LogUnavailable("the append came too late")));
        }
    }

    /** The doorbell first: who hears that its event is stored may count on the readers to hear of it too. */
    private void stored(List<Append> group, EventId previous, EventId last) {
        List<Entry> entries = new ArrayList<>();
        List<Appended> results = new ArrayList<>();
        EventId head = previous;
        for (Append append : group) {
            EventId before = head;
            for (Event event : append.events) {
                head = new EventId(head.seq() + 1, last.millis());
                entries.add(new Entry(head, event.type(), event.data()));
            }
            results.add(new Appended(before, head));
        }
        bell.ring(stream, previous, entries);
        for (int i = 0; i < results.size(); i++) {
            group.get(i).stored.complete(results.get(i));
        }
    }
}
