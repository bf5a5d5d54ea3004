package dev.millrace.log.redis;

import dev.millrace.log.LogFull;
import dev.millrace.log.LogUnavailable;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to Redis that many questions share: they are sent one behind the other without waiting for answers.
 * When it breaks, falls silent or leads to a node that may not answer, it is let go of and made anew, and whatever was
 * not answered is asked again; so every question must be one that may be asked twice. One timer looks after all of them,
 * and only while there are any.
 *
 * <p>Everything on the log's loop.
 */
final class Link {

    /** How many questions are sent without an answer to the first. What comes then waits here and not in a socket. */
    static final int WINDOW = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final long LONGEST_SILENCE_MILLIS = 5_000;
    private static final long LOOK_MILLIS = 500;

    private final Vertx vertx;
    private final RedisEndpoint endpoint;
    private final Duration patience;
    /** How long an answer may take before the connection is taken for dead; there must be time for another. */
    private final long silenceMillis;

    private final Pulse pulse;
    private final Backoff backoff = new Backoff(new SplittableRandom());

    private final Deque<Call> waiting = new ArrayDeque<>();
    private final Set<Call> underWay = new LinkedHashSet<>();
    private @Nullable Redis client;
    private @Nullable RedisConnection connection;
    private boolean connecting;
    private boolean looking;
    private boolean closed;
    private long heardAt;
    private String trouble = "no answer";

    Link(Vertx vertx, RedisEndpoint endpoint, Duration patience, Outages outages) {
        this.vertx = vertx;
        this.endpoint = endpoint;
        this.patience = patience;
        this.pulse = new Pulse(endpoint, outages, System.nanoTime());
        this.silenceMillis = Math.max(1, Math.min(LONGEST_SILENCE_MILLIS, patience.toMillis() / 3));
    }

    /** The first connection, tried once: who cannot be reached at the start is named at once. */
    Future<RedisConnection> open() {
        connecting = true;
        return connect().onSuccess(this::connected);
    }

    Future<Response> ask(Question question) {
        if (closed) {
            return Future.failedFuture(new LogUnavailable("the log is closed"));
        }
        Call call = new Call(question, System.nanoTime(), patience.toNanos());
        waiting.add(call);
        look();
        flush();
        return call.answer.future();
    }

    Future<Void> close() {
        closed = true;
        Redis last = client;
        client = null;
        connection = null;
        List<Call> left = new ArrayList<>(underWay);
        left.addAll(waiting);
        underWay.clear();
        waiting.clear();
        left.forEach(call -> settle(call, Future.failedFuture(new LogUnavailable("the log was closed"))));
        return last == null ? Future.succeededFuture() : last.close();
    }

    // Asking

    private void flush() {
        RedisConnection to = connection;
        if (to == null && !connecting && !waiting.isEmpty()) {
            reconnect();
        }
        while (to != null && to == connection && underWay.size() < WINDOW && !waiting.isEmpty()) {
            send(to, waiting.remove());
        }
    }

    private void send(RedisConnection to, Call call) {
        int sending = call.sending(System.nanoTime());
        underWay.add(call);
        to.send(call.request()).onComplete(result -> {
            if (call.isSending(sending) && underWay.remove(call)) {
                heardAt = System.nanoTime();
                heard(to, call, result);
                flush();
            }
        });
    }

    private void heard(RedisConnection from, Call call, AsyncResult<Response> result) {
        if (result.succeeded()) {
            backoff.succeeded();
            pulse.answered(System.nanoTime());
            settle(call, result);
            return;
        }
        Trouble kind = Trouble.of(result.cause());
        if (kind != Trouble.PASSING) {
            pulse.answered(System.nanoTime());
        }
        switch (kind) {
            case FORGOTTEN -> {
                call.sendWhole();
                waiting.addFirst(call);
            }
            case PASSING -> {
                waiting.addFirst(call);
                drop(from, Trouble.reason(result.cause()));
            }
            case FULL ->
                settle(
                        call,
                        Future.failedFuture(new LogFull("Redis at " + endpoint
                                + " has used up its maxmemory and evicts nothing; give it more, or keep less")));
            case LASTING -> settle(call, Future.failedFuture(result.cause()));
        }
    }

    private static void settle(Call call, AsyncResult<Response> result) {
        if (result.succeeded()) {
            call.answer.tryComplete(result.result());
        } else {
            call.answer.tryFail(result.cause());
        }
    }

    // Connecting

    private void reconnect() {
        connecting = true;
        connect().onSuccess(this::connected).onFailure(cause -> {
            trouble = Trouble.reason(cause);
            LOG.debug("Redis at {} cannot be reached: {}", endpoint, trouble);
            connectLater();
        });
    }

    /** A client for each attempt: what the last one knew of sentinels and slots may be what was wrong. */
    private Future<RedisConnection> connect() {
        Redis made = Redis.createClient(vertx, endpoint.options());
        client = made;
        return made.connect().timeout(silenceMillis, TimeUnit.MILLISECONDS).onFailure(cause -> made.close());
    }

    private void connected(RedisConnection made) {
        connecting = false;
        if (closed) {
            return; // its client is closed, and so is it
        }
        connection = made;
        heardAt = System.nanoTime();
        made.exceptionHandler(cause -> drop(made, Trouble.reason(cause)));
        made.endHandler(end -> drop(made, "the connection was closed"));
        flush();
        recover();
    }

    /** Lets go of a connection. Its questions are asked again, in their order, on the next. */
    private void drop(RedisConnection lost, String why) {
        if (lost != connection || closed) {
            return;
        }
        LOG.warn("lost Redis at {}: {}", endpoint, why);
        trouble = why;
        connection = null;
        List<Call> again = new ArrayList<>(underWay);
        underWay.clear();
        for (int i = again.size() - 1; i >= 0; i--) {
            again.get(i).forgetSendings();
            waiting.addFirst(again.get(i));
        }
        Redis old = client;
        client = null;
        if (old != null) {
            old.close();
        }
        connectLater();
    }

    private void connectLater() {
        connecting = true; // nobody else begins
        vertx.setTimer(backoff.nextMillis(), timer -> {
            connecting = false;
            if (!closed && (pulse.isAway() || !waiting.isEmpty())) {
                reconnect();
            }
        });
    }

    // Looking after

    private void look() {
        if (!looking) {
            looking = true;
            vertx.setTimer(Math.min(LOOK_MILLIS, silenceMillis), timer -> {
                looking = false;
                look(System.nanoTime());
            });
        }
    }

    private void look(long now) {
        pulse.judge(underWay.isEmpty() ? waiting.peek() : underWay.iterator().next(), now, trouble);
        giveUp(waiting, now);
        giveUp(underWay, now);
        recover();
        RedisConnection silent = connection;
        if (silent != null && !underWay.isEmpty() && isSilent(now)) {
            drop(silent, "it has not answered for " + silenceMillis + " ms");
        }
        if (!waiting.isEmpty() || !underWay.isEmpty()) {
            look();
        }
    }

    /** Nobody asks any more, so no answer will show that Redis is back: a connection must do. */
    private void recover() {
        if (pulse.isAway() && connection != null && waiting.isEmpty() && underWay.isEmpty()) {
            pulse.answered(System.nanoTime());
        }
    }

    private boolean isSilent(long now) {
        long since = Math.max(heardAt, underWay.iterator().next().sentAt);
        return now - since >= TimeUnit.MILLISECONDS.toNanos(silenceMillis);
    }

    private void giveUp(Iterable<Call> calls, long now) {
        List<Call> overdue = new ArrayList<>();
        calls.forEach(call -> {
            if (call.isOverdue(now)) {
                overdue.add(call);
            }
        });
        waiting.removeAll(overdue);
        underWay.removeAll(overdue);
        String sentence = "Redis at %s was away for %d ms: %s".formatted(endpoint, patience.toMillis(), trouble);
        overdue.forEach(call -> settle(call, Future.failedFuture(new LogUnavailable(sentence))));
    }
}
