package dev.millrace.app;

import dev.millrace.event.EventId;
import dev.millrace.sse.SseDecoder;
import dev.millrace.sse.SseEvent;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks one question and follows the run to its last word. When the connection breaks it comes back to the run with the
 * last id it saw, so what it shows is the whole answer, once.
 */
final class ChatClient {

    private static final int RECONNECTS = 5;
    private static final long BACKOFF_MILLIS = 500;

    private final Remote server;
    private final AnswerView view;
    private final @Nullable Replies replies;

    private @Nullable String run;
    private String lastEventId = "";
    private @Nullable String status;
    private long retryMillis;
    private int failures;

    /** @param replies has what the run asks answered; null when nobody is there */
    ChatClient(Remote server, AnswerView view, @Nullable Replies replies) {
        this.server = server;
        this.view = view;
        this.replies = replies;
    }

    /** How the run ended: {@code completed}, {@code cancelled}, {@code timeout} or {@code failed}. */
    Future<String> ask(JsonObject body) {
        Map<String, String> headers = Map.of("Accept", "text/event-stream", "Content-Type", "application/json");
        return server.send(HttpMethod.POST, "/api/chat", headers, body.toBuffer(), this::follow)
                .transform(broken -> settle(broken.cause()));
    }

    /** Shows a run that was asked for before, each event as it was appended: how it ended. */
    Future<String> watch(String known) {
        run = known;
        lastEventId = EventId.BEGINNING.toString(); // a reader without a position gets tokens joined
        return comeBack();
    }

    private Future<Void> follow(HttpClientResponse response) {
        run = response.getHeader("X-Run-Id");
        return Remote.read(response, this::event, this::place);
    }

    private void place(SseDecoder read) {
        String id = read.lastEventId();
        lastEventId = id.isEmpty() ? lastEventId : id; // a server that puts us off names none
        retryMillis = read.retryMillis().orElse(retryMillis);
    }

    private void event(SseEvent event) {
        failures = 0;
        view.show(event);
        if (replies != null && run != null && event.type().equals("status")) {
            replies.hear(run, new JsonObject(event.data()));
        }
        if (event.type().equals("done")) {
            status = new JsonObject(event.data()).getString("status");
        }
    }

    /** After a connection: the run is over, or was refused, or is come back to. */
    private Future<String> settle(@Nullable Throwable cause) {
        if (status != null) {
            return Future.succeededFuture(status);
        }
        if (run == null || cause instanceof Remote.Refused || failures++ >= RECONNECTS) {
            return Future.failedFuture(
                    cause == null ? new IllegalStateException("the stream ended without a last word") : cause);
        }
        view.reconnecting(lastEventId);
        return server.vertx()
                .timer(Math.max(retryMillis, BACKOFF_MILLIS * failures))
                .compose(waited -> comeBack());
    }

    private Future<String> comeBack() {
        Map<String, String> headers = Map.of("Accept", "text/event-stream", "Last-Event-ID", lastEventId);
        return server.send(HttpMethod.GET, "/api/chat/" + run, headers, null, this::follow)
                .transform(broken -> settle(broken.cause()));
    }
}
