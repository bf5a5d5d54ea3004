package dev.millrace.app;

import dev.millrace.sse.SseDecoder;
import dev.millrace.sse.SseEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Follows a feed, over as many connections as it takes, until it has seen as many events as it was asked for. */
final class FeedClient {

    private static final int RECONNECTS = 5;
    private static final long BACKOFF_MILLIS = 500;

    private final Remote server;
    private final String path;
    private final AnswerView view;
    private final Promise<Void> seenAll = Promise.promise();
    private long wanted;
    private String lastEventId;
    private long retryMillis;
    private int failures;

    /**
     * @param path with the query
     * @param after an event id, or empty
     * @param count how many events to see
     */
    FeedClient(Remote server, String path, String after, long count, AnswerView view) {
        this.server = server;
        this.path = path;
        this.lastEventId = after;
        this.wanted = count;
        this.view = view;
    }

    /** Completes when all were seen; fails when the server refuses, or cannot be reached five times in a row. */
    Future<Void> follow() {
        connect();
        return seenAll.future();
    }

    private void connect() {
        Map<String, String> headers = lastEventId.isEmpty()
                ? Map.of("Accept", "text/event-stream")
                : Map.of("Accept", "text/event-stream", "Last-Event-ID", lastEventId);
        server.send(HttpMethod.GET, path, headers, null, this::read).onComplete(over -> settle(over.cause()));
    }

    private Future<Void> read(HttpClientResponse response) {
        return Remote.read(response, this::event, this::place);
    }

    private void place(SseDecoder read) {
        String id = read.lastEventId();
        lastEventId = id.isEmpty() ? lastEventId : id; // a server that puts us off names none
        retryMillis = read.retryMillis().orElse(retryMillis);
    }

    private void event(SseEvent event) {
        failures = 0;
        if (seenAll.future().isComplete()) {
            return; // the rest of the last piece
        }
        view.show(event);
        boolean control = event.type().indexOf('.') < 0;
        if (!control && --wanted == 0) {
            seenAll.complete();
        }
    }

    /** A feed has no last word: when a connection ends there is always another. */
    private void settle(@Nullable Throwable cause) {
        if (seenAll.future().isComplete()) {
            return;
        }
        if (cause instanceof Remote.Refused || failures++ >= RECONNECTS) {
            seenAll.fail(cause == null ? new IllegalStateException("the stream ends again and again") : cause);
            return;
        }
        view.reconnecting(lastEventId);
        server.vertx().setTimer(Math.max(retryMillis, BACKOFF_MILLIS * failures), waited -> connect());
    }
}
