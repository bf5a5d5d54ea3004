package dev.millrace.app;

import dev.millrace.sse.SseDecoder;
import dev.millrace.sse.SseEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Asks one question and follows the run to its last word. When the connection breaks it comes back to the run with the
 * last id it saw, so what it shows is the whole answer, once.
 */
final class ChatClient {

    private static final int MAX_EVENT_BYTES = 16 << 20;
    private static final int RECONNECTS = 5;
    private static final long BACKOFF_MILLIS = 500;

    private final Vertx vertx;
    private final URI url;
    private final String token;
    private final AnswerView view;
    private final HttpClient client;

    private @Nullable String run;
    private String lastEventId = "";
    private @Nullable String status;
    private int failures;

    ChatClient(Vertx vertx, URI url, String token, AnswerView view) {
        this.vertx = vertx;
        this.url = url;
        this.token = token;
        this.view = view;
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setSsl("https".equals(url.getScheme()))
                .setDefaultHost(url.getHost())
                .setDefaultPort(url.getPort() >= 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80)
                .setConnectTimeout(5_000));
    }

    /** How the run ended: {@code completed}, {@code cancelled}, {@code timeout} or {@code failed}. */
    Future<String> ask(JsonObject body) {
        return client.request(request(HttpMethod.POST, "/api/chat"))
                .recover(this::unreachable)
                .compose(request -> request.putHeader("Content-Type", "application/json")
                        .send(body.toBuffer())
                        .compose(this::follow))
                .transform(broken -> settle(broken.cause()));
    }

    private <T> Future<T> unreachable(Throwable cause) {
        return Future.failedFuture(new IllegalStateException(
                "cannot reach " + url + " (" + cause.getMessage() + "); is './millrace serve' running?"));
    }

    private RequestOptions request(HttpMethod method, String path) {
        String base = url.getPath() == null || url.getPath().equals("/") ? "" : url.getPath();
        return new RequestOptions()
                .setMethod(method)
                .setURI(base + path)
                .putHeader("Authorization", "Bearer " + token)
                .putHeader("Accept", "text/event-stream");
    }

    private Future<Void> follow(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            return response.body()
                    .compose(body -> Future.failedFuture(new Refused(sentence(response, body.toString()))));
        }
        run = response.getHeader("X-Run-Id");
        SseDecoder decoder = new SseDecoder(MAX_EVENT_BYTES, this::event);
        response.handler(chunk -> {
            decoder.feed(chunk);
            lastEventId = decoder.lastEventId();
        });
        return response.end();
    }

    private void event(SseEvent event) {
        failures = 0;
        view.show(event);
        if (event.type().equals("done")) {
            status = new JsonObject(event.data()).getString("status");
        }
    }

    private static String sentence(HttpClientResponse response, String body) {
        try {
            return new JsonObject(body).getString("detail", body);
        } catch (DecodeException e) {
            return "the server answered " + response.statusCode();
        }
    }

    /** After a connection: the run is over, or was refused, or is come back to. */
    private Future<String> settle(@Nullable Throwable cause) {
        if (status != null) {
            return Future.succeededFuture(status);
        }
        if (run == null || cause instanceof Refused || failures++ >= RECONNECTS) {
            return Future.failedFuture(
                    cause == null ? new IllegalStateException("the stream ended without a last word") : cause);
        }
        view.reconnecting(lastEventId);
        return vertx.timer(BACKOFF_MILLIS * failures)
                .compose(waited -> client.request(request(HttpMethod.GET, "/api/chat/" + run)))
                .compose(request ->
                        request.putHeader("Last-Event-ID", lastEventId).send().compose(this::follow))
                .transform(broken -> settle(broken.cause()));
    }

    /** The server said no, and would say it again. */
    private static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1;

        Refused(String sentence) {
            super(sentence, null, false, false);
        }
    }
}
