package dev.millrace.log;

import dev.millrace.event.EventId;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks a far log once for what many readers want at once. A question is shared until it is sent, and not after: an
 * answer under way may not know what the next reader has heard of. Who asks meanwhile shares the next question, which is
 * sent when the answer has come. So of each page one read is under way and one waits, however many readers there are.
 *
 * <p>Asked on any thread; sends on the log's loop, answers on each asker's.
 */
final class SharedReads {

    /** A page that is wanted. A limit of 0 asks for the extent alone. */
    record Ask(StreamName stream, EventId after, int limit) {}

    private final Vertx vertx;
    private final Loop home;
    private final Function<Ask, Future<Page>> far;
    private final Map<Ask, Round> rounds = new HashMap<>();

    SharedReads(Vertx vertx, Loop home, Function<Ask, Future<Page>> far) {
        this.vertx = vertx;
        this.home = home;
        this.far = far;
    }

    synchronized Future<Page> read(Ask ask) {
        Loop asker = Loop.current(vertx);
        Round round = rounds.get(ask);
        if (round == null) {
            round = new Round();
            rounds.put(ask, round);
            // After what this loop does now, for readers that a doorbell has woken ask one after the other.
            asker.soon(() -> home.soon(() -> send(ask)));
        }
        return round.join(asker);
    }

    private void send(Ask ask) {
        Map<Loop, Promise<Page>> askers = next(ask);
        if (askers != null) {
            far.apply(ask).onComplete(page -> {
                answer(askers, page);
                send(ask);
            });
        }
    }

    /** Who has asked since the last sending; null when nobody has, and then the round is over. */
    private synchronized @Nullable Map<Loop, Promise<Page>> next(Ask ask) {
        Round round = rounds.get(ask);
        if (round == null || round.askers.isEmpty()) {
            rounds.remove(ask);
            return null;
        }
        Map<Loop, Promise<Page>> askers = round.askers;
        round.askers = new LinkedHashMap<>();
        return askers;
    }

    private static void answer(Map<Loop, Promise<Page>> askers, AsyncResult<Page> page) {
        askers.forEach((loop, promise) -> loop.run(() -> {
            if (page.succeeded()) {
                promise.complete(page.result());
            } else {
                promise.fail(page.cause());
            }
        }));
    }

    private static final class Round {

        private Map<Loop, Promise<Page>> askers = new LinkedHashMap<>();

        Future<Page> join(Loop asker) {
            return askers.computeIfAbsent(asker, loop -> Promise.promise()).future();
        }
    }
}
