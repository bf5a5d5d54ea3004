package dev.millrace.feed;

import dev.millrace.event.Event;
import dev.millrace.event.EventId;
import dev.millrace.log.Appended;
import dev.millrace.log.Extent;
import dev.millrace.log.Page;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.log.Tail;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * One node's way to a log that all nodes share. What it asks travels there, and what the log says travels back, each when
 * the network lets it; a node that died hears nothing any more, but what it sent before is still on its way.
 */
final class FarLog implements StreamLog {

    /** What a network does with a call. */
    interface Network {
        void carry(Runnable piece);

        /** Whether the next call is lost on its way there. */
        default boolean losesCall() {
            return false;
        }

        /** Whether the next answer is lost: the call was done all the same. */
        default boolean losesAnswer() {
            return false;
        }
    }

    private final StreamLog truth;
    private final Network network;
    private boolean dead;
    private Predicate<StreamName.Kind> deadAfter = kind -> false;

    FarLog(StreamLog truth, Network network) {
        this.truth = truth;
        this.network = network;
    }

    void die() {
        dead = true;
    }

    /** Dies when an append to this kind of stream has been done, before it hears of it. */
    void dieAfterAppendTo(StreamName.Kind fatal) {
        deadAfter = fatal::equals;
    }

    private <T> Future<T> far(Supplier<Future<T>> call) {
        Promise<T> answer = Promise.promise();
        if (dead) {
            return answer.future();
        }
        boolean callLost = network.losesCall();
        boolean answerLost = network.losesAnswer();
        network.carry(() -> {
            Future<T> done = callLost ? Future.failedFuture("lost") : call.get();
            network.carry(() -> {
                if (!dead) {
                    (answerLost ? Future.<T>failedFuture("lost") : done).onComplete(answer);
                }
            });
        });
        return answer.future();
    }

    @Override
    public Future<Appended> append(StreamName stream, List<? extends Event> events, long expectedSeq) {
        return far(() -> {
            Future<Appended> appended = truth.append(stream, events, expectedSeq);
            dead = dead || deadAfter.test(stream.kind());
            return appended;
        });
    }

    @Override
    public Future<Page> read(StreamName stream, EventId after, int limit) {
        return far(() -> truth.read(stream, after, limit));
    }

    @Override
    public Future<Extent> head(StreamName stream) {
        return far(() -> truth.head(stream));
    }

    @Override
    public Future<EventId> locate(StreamName stream, long millis) {
        return far(() -> truth.locate(stream, millis));
    }

    @Override
    public Tail tail(StreamName stream, EventId after) {
        return truth.tail(stream, after);
    }

    @Override
    public Future<Void> expire(StreamName stream, Duration after) {
        return far(() -> truth.expire(stream, after));
    }

    @Override
    public int readers(StreamName stream) {
        return truth.readers(stream);
    }
}
