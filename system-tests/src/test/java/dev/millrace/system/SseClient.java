package dev.millrace.system;

import io.vertx.core.Future;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Somebody with a token: asks, and reads streams. */
final class SseClient {

    private final Vertx vertx;
    private final HttpClient http;
    private final HttpClient leaving;
    private final String host;
    private final int port;
    private final String token;

    SseClient(Vertx vertx, HttpClient http, HttpClient leaving, int port, String token) {
        this(vertx, http, leaving, "127.0.0.1", port, token);
    }

    private SseClient(Vertx vertx, HttpClient http, HttpClient leaving, String host, int port, String token) {
        this.vertx = vertx;
        this.http = http;
        this.leaving = leaving;
        this.host = host;
        this.port = port;
        this.token = token;
    }

    /** The same person at another port, such as a proxy's. */
    SseClient at(int port) {
        return new SseClient(vertx, http, leaving, port, token);
    }

    /** The same person, who asks at another address of this machine. */
    SseClient on(String host) {
        return new SseClient(vertx, http, leaving, host, port, token);
    }

    /** The same person at another port and with other connections, such as TLS or HTTP/2. */
    SseClient at(int port, HttpClientOptions connections) {
        HttpClient client = vertx.createHttpClient(connections, new PoolOptions().setHttp1MaxSize(1_000));
        HttpClientOptions once = new HttpClientOptions(connections).setKeepAlive(false);
        HttpClient leaver = vertx.createHttpClient(once, new PoolOptions().setHttp1MaxSize(1_000));
        return new SseClient(vertx, client, leaver, port, token);
    }

    /** A plain answer. */
    record Reply(int status, io.vertx.core.MultiMap headers, Buffer body) {

        JsonObject json() {
            return new JsonObject(body);
        }
    }

    String token() {
        return token;
    }

    Reply get(String path) {
        return call(HttpMethod.GET, path, null);
    }

    Reply delete(String path) {
        return call(HttpMethod.DELETE, path, null);
    }

    Reply post(String path, String mediaType, JsonObject body) {
        return call(HttpMethod.POST, path, body.toBuffer(), "Content-Type", mediaType);
    }

    Reply patch(String path, JsonObject body) {
        return call(HttpMethod.PATCH, path, body.toBuffer(), "Content-Type", "application/json");
    }

    Reply call(HttpMethod method, String path, @Nullable Buffer body, String... headers) {
        return await(callSoon(method, path, body, headers));
    }

    CompletableFuture<Reply> callSoon(HttpMethod method, String path, @Nullable Buffer body, String... headers) {
        return http.request(options(method, path, headers))
                .compose(request -> send(request, body).compose(response -> response.body()
                        .map(bytes -> new Reply(response.statusCode(), response.headers(), bytes))))
                .toCompletionStage()
                .toCompletableFuture();
    }

    /**
     * What reads the response is composed inside of the request's callback, on its event loop. Outside of it, this thread
     * could be too late: a response that nobody reads when it comes is lost.
     */
    private static Future<HttpClientResponse> send(HttpClientRequest request, @Nullable Buffer body) {
        return body == null ? request.send() : request.send(body);
    }

    /** Starts a run and reads it. */
    SseStream ask(String message) {
        return ask(new JsonObject().put("message", message));
    }

    SseStream ask(JsonObject body, String... headers) {
        return await(askSoon(body, headers));
    }

    CompletableFuture<SseStream> askSoon(JsonObject body, String... headers) {
        return open(HttpMethod.POST, "/api/chat", body.toBuffer(), SseStream.WHOLE, json(headers));
    }

    /** Starts a run, reads so many events of it and leaves. */
    SseStream askAndLeave(JsonObject body, int afterEvents, String... headers) {
        return await(open(HttpMethod.POST, "/api/chat", body.toBuffer(), afterEvents, json(headers)));
    }

    private static String[] json(String... headers) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/json";
        return all;
    }

    /** Reads a stream to its end. */
    SseStream watch(String path, String... headers) {
        return watch(SseStream.WHOLE, path, headers);
    }

    /** Reads so many events of a stream and leaves. */
    SseStream watch(int afterEvents, String path, String... headers) {
        return await(open(HttpMethod.GET, path, null, afterEvents, headers));
    }

    SseStream resume(String run, String id) {
        return watch("/api/chat/" + run, "Last-Event-ID", id);
    }

    /** Completes with the head of the response. */
    CompletableFuture<SseStream> open(
            HttpMethod method, String path, @Nullable Buffer body, int cutAfter, String... headers) {
        return (cutAfter == SseStream.WHOLE ? http : leaving)
                .request(options(method, path, headers))
                .compose(request -> send(request, body).map(response -> new SseStream(vertx, response, cutAfter)))
                .toCompletionStage()
                .toCompletableFuture();
    }

    private RequestOptions options(HttpMethod method, String path, String... headers) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost(host)
                .setPort(port)
                .setURI(path)
                .putHeader("Authorization", "Bearer " + token);
        pairs(headers).forEach(options::putHeader);
        return options;
    }

    private static Map<String, String> pairs(String... headers) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            pairs.put(headers[i], headers[i + 1]);
        }
        return pairs;
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
