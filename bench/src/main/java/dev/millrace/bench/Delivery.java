package dev.millrace.bench;

import dev.millrace.sse.SseDecoder;
import dev.millrace.sse.SseEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publishes events at a steady pace and measures how long each takes to each reader, from when it was to be sent: one
 * that is sent late because others before it were slow has waited too.
 */
final class Delivery {

    private static final String TYPE = "com.example.bench.sent.v1";
    private static final int READERS = 10;
    private static final int MILLIS_BETWEEN = 5;
    private static final int MAX_EVENT_BYTES = 1 << 20;

    /** What has not come so long after the last was sent is not waited for. */
    private static final int PATIENCE_MILLIS = 10_000;

    private final Vertx vertx;
    private final HttpClient http;
    private final int port;
    private final String token;
    private final AtomicInteger published = new AtomicInteger();
    /** By number of the event, when it was to be sent. */
    private final List<Long> due = new ArrayList<>();

    private List<Long> latencies = new ArrayList<>();
    private int awaited;

    Delivery(Vertx vertx, int port, String token) {
        this.vertx = vertx;
        this.port = port;
        this.token = token;
        this.http = vertx.createHttpClient(
                new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(256).setEventLoopSize(1));
    }

    /** Completes when all readers read. */
    Future<Void> open() {
        List<Future<?>> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            SseDecoder decoder = new SseDecoder(MAX_EVENT_BYTES, this::arrived);
            readers.add(http.request(options(HttpMethod.GET))
                    .compose(request -> request.send().map(response -> response.handler(decoder::feed))));
        }
        return Future.all(readers).mapEmpty();
    }

    /** Nanoseconds of each event to each reader, in ascending order; fewer than there should be, where some never came. */
    Future<long[]> measure(int seconds) {
        Promise<long[]> measured = Promise.promise();
        vertx.runOnContext(go -> {
            latencies = new ArrayList<>();
            int count = seconds * 1_000 / MILLIS_BETWEEN;
            awaited = count * READERS;
            long begin = System.nanoTime();
            int first = due.size();
            for (int i = 0; i < count; i++) {
                due.add(begin + i * MILLIS_BETWEEN * 1_000_000L);
            }
            vertx.setPeriodic(1, timer -> {
                while (published.get() < first + count && due.get(published.get()) <= System.nanoTime()) {
                    publish(published.getAndIncrement());
                }
                long late = System.nanoTime() - due.get(first + count - 1);
                if (latencies.size() == awaited || late > PATIENCE_MILLIS * 1_000_000L) {
                    vertx.cancelTimer(timer);
                    long[] sorted = latencies.stream()
                            .mapToLong(Long::longValue)
                            .sorted()
                            .toArray();
                    measured.complete(sorted);
                }
            });
        });
        return measured.future();
    }

    private void publish(int number) {
        JsonObject event = new JsonObject()
                .put("specversion", "1.0")
                .put("id", "" + number)
                .put("source", "/bench")
                .put("type", TYPE);
        RequestOptions options = options(HttpMethod.POST).putHeader("Content-Type", "application/cloudevents+json");
        http.request(options)
                .compose((HttpClientRequest request) ->
                        request.send(event.toBuffer()).compose(Delivery::accepted))
                .onFailure(cause -> System.err.println("an event was not published: " + cause.getMessage()));
    }

    private static Future<Buffer> accepted(HttpClientResponse response) {
        return response.body()
                .compose(body -> response.statusCode() == 202
                        ? Future.succeededFuture(body)
                        : Future.failedFuture(response.statusCode() + " " + body));
    }

    private void arrived(SseEvent event) {
        long now = System.nanoTime();
        if (event.type().equals(TYPE)) {
            int number = Integer.parseInt(new JsonObject(event.data()).getString("id"));
            latencies.add(now - due.get(number));
        }
    }

    private RequestOptions options(HttpMethod method) {
        return new RequestOptions()
                .setMethod(method)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/api/events?feed=bench")
                .putHeader("Authorization", "Bearer " + token);
    }
}
