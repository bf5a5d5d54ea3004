package dev.millrace.log;

import dev.millrace.event.Entry;
import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A log far away over a bad bus: what it stores is true, but its doorbells are lost, doubled and out of order, and its
 * answers come when the test lets them, telling of the moment of the question or of the answer. On one loop.
 */
final class UnsureLog implements StreamLog {

    private final MemoryLog truth;
    private final Windows windows;
    private final Random random;
    private final List<Runnable> bells = new ArrayList<>();
    private final List<Runnable> answers = new ArrayList<>();
    private long clock = 1000;
    private boolean calm;
    private boolean sure;

    UnsureLog(Vertx vertx, long seed) {
        Retention small = new Retention(150, 1 << 20, Duration.ofSeconds(4));
        truth = new MemoryLog(vertx, () -> clock, Map.of(StreamName.Kind.RUN, small), 64 << 20);
        windows = new Windows(vertx);
        random = new Random(seed);
    }

    void pass(long millis) {
        clock += millis;
        truth.sweep();
    }

    /** From now on everything works: what was held back comes, in any order. */
    void calm() {
        calm = true;
        while (someBell() || someAnswer()) {}
    }

    /** Rings every doorbell that is under way, and the next for certain. */
    void ringAll() {
        while (someBell()) {}
        sure = true;
    }

    /** Rings one of the doorbells that are under way. */
    boolean someBell() {
        return runOne(bells);
    }

    /** Gives one of the answers that are under way. */
    boolean someAnswer() {
        return runOne(answers);
    }

    private boolean runOne(List<Runnable> waiting) {
        if (waiting.isEmpty()) {
            return false;
        }
        waiting.remove(random.nextInt(waiting.size())).run();
        return true;
    }

    @Override
    public Future<Appended> append(StreamName stream, List<? extends Event> events, long expectedSeq) {
        return truth.append(stream, events, expectedSeq).onSuccess(appended -> {
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < events.size(); i++) {
                entries.add(new Entry(
                        appended.ids().get(i),
                        events.get(i).type(),
                        events.get(i).data()));
            }
            Runnable bell = () -> windows.ring(stream, appended.previous(), entries);
            if (calm || sure) {
                bell.run();
                return;
            }
            for (int rings = random.nextInt(5) == 0 ? 0 : 1 + random.nextInt(5) / 4; rings > 0; rings--) {
                bells.add(bell);
            }
        });
    }

    @Override
    public Future<Page> read(StreamName stream, EventId after, int limit) {
        if (calm || random.nextInt(3) == 0) {
            return truth.read(stream, after, limit);
        }
        Promise<Page> answer = Promise.promise();
        if (random.nextBoolean()) {
            answers.add(() -> truth.read(stream, after, limit).onComplete(answer));
        } else {
            Future<Page> early = truth.read(stream, after, limit);
            answers.add(() -> early.onComplete(answer));
        }
        return answer.future();
    }

    @Override
    public Future<Extent> head(StreamName stream) {
        return truth.head(stream);
    }

    @Override
    public Future<EventId> locate(StreamName stream, long millis) {
        return truth.locate(stream, millis);
    }

    @Override
    public Tail tail(StreamName stream, EventId after) {
        return windows.tail(this, stream, after);
    }

    @Override
    public Future<Void> expire(StreamName stream, Duration after) {
        return truth.expire(stream, after);
    }

    @Override
    public int readers(StreamName stream) {
        return windows.tails(stream);
    }
}
