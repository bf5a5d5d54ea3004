package dev.millrace.app;

import dev.millrace.app.voice.AudioClient;
import dev.millrace.sse.SseDecoder;
import dev.millrace.sse.SseEvent;
import io.netty.handler.ssl.NotSslRecordException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A server, and who we are to it. What it refuses comes as a {@link Refused} with its own sentence. */
final class Remote {

    private static final int CONNECT_MILLIS = 5_000;
    private static final int MAX_EVENT_BYTES = 16 << 20;
    private static final int MAX_MESSAGE_BYTES = 4 << 20;

    private final Vertx vertx;
    private final URI url;
    private final String token;
    private final HttpClient client;
    private final WebSocketClient sockets;

    /** @param authorities who may have signed the server's certificate, in PEM; those that Java knows when empty */
    Remote(Vertx vertx, URI url, String token, Optional<Buffer> authorities) {
        this.vertx = vertx;
        this.url = url;
        this.token = token;
        boolean https = "https".equalsIgnoreCase(url.getScheme());
        int port = url.getPort() >= 0 ? url.getPort() : https ? 443 : 80;
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(https)
                .setDefaultHost(url.getHost())
                .setDefaultPort(port)
                .setConnectTimeout(CONNECT_MILLIS);
        WebSocketClientOptions socketOptions = new WebSocketClientOptions()
                .setSsl(https)
                .setDefaultHost(url.getHost())
                .setDefaultPort(port)
                .setConnectTimeout(CONNECT_MILLIS)
                .setMaxMessageSize(MAX_MESSAGE_BYTES);
        authorities.ifPresent(pem -> {
            options.setTrustOptions(new PemTrustOptions().addCertValue(pem));
            socketOptions.setTrustOptions(new PemTrustOptions().addCertValue(pem));
        });
        this.client = vertx.createHttpClient(options);
        this.sockets = vertx.createWebSocketClient(socketOptions);
    }

    Vertx vertx() {
        return vertx;
    }

    /**
     * Sends a request and reads what comes back.
     *
     * @param read called on the event loop as soon as the head of the answer is there: composed anywhere else it could
     *     come too late, and an answer that nobody reads when it comes is lost
     * @return what {@code read} makes of it; fails with {@link Refused} for an answer that is no success
     */
    <T> Future<T> send(
            HttpMethod method,
            String path,
            Map<String, String> headers,
            @Nullable Buffer body,
            Function<HttpClientResponse, Future<T>> read) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setURI(base() + path)
                .putHeader("Authorization", "Bearer " + token);
        headers.forEach(options::putHeader);
        return client.request(options)
                .recover(this::unreachable)
                .compose(request -> (body == null ? request.send() : request.send(body))
                        .compose(response -> response.statusCode() / 100 == 2
                                ? read.apply(response)
                                : response.body()
                                        .compose(text -> Future.failedFuture(
                                                new Refused(sentence(response.statusCode(), text))))));
    }

    /** Opens an audio session; fails with {@link Refused} when the server does not let us in. */
    Future<AudioClient> audio(JsonObject hello, AudioClient.Listener listener) {
        WebSocketConnectOptions where =
                new WebSocketConnectOptions().setURI(base()).putHeader("Authorization", "Bearer " + token);
        return AudioClient.open(sockets, where, hello, listener)
                .recover(cause -> cause instanceof UpgradeRejectedException rejected
                        ? Future.failedFuture(new Refused(sentence(
                                rejected.getStatus(),
                                rejected.getBody() == null ? Buffer.buffer() : rejected.getBody())))
                        : unreachable(cause));
    }

    private String base() {
        return url.getPath() == null || url.getPath().equals("/") ? "" : url.getPath();
    }

    private <T> Future<T> unreachable(Throwable cause) {
        if (cause instanceof SSLException) {
            return Future.failedFuture(new IllegalStateException(untrusted(cause)));
        }
        return Future.failedFuture(new IllegalStateException(
                "cannot reach " + url + " (" + cause.getMessage() + "); is './millrace serve' running?"));
    }

    /** Vert.x says only that it failed; the first cause says why. */
    private String untrusted(Throwable cause) {
        Throwable first = cause;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return first instanceof NotSslRecordException
                ? url + " does not speak TLS; begin the URL with http:// if that is as it should be"
                : "the certificate of " + url + " is not accepted (" + first.getMessage()
                        + "); --ca names the file of who signed it";
    }

    private static String sentence(int status, Buffer body) {
        try {
            return new JsonObject(body).getString("detail", body.toString());
        } catch (DecodeException e) {
            return "the server answered " + status;
        }
    }

    /** An answer that is one JSON object. */
    Future<JsonObject> json(HttpMethod method, String path, Map<String, String> headers, @Nullable Buffer body) {
        return send(method, path, headers, body, response -> response.body().map(JsonObject::new));
    }

    /** Reads an event stream to its end. @param place told after each piece that was read: the last id, the time to wait */
    static Future<Void> read(HttpClientResponse response, Consumer<SseEvent> events, Consumer<SseDecoder> place) {
        SseDecoder decoder = new SseDecoder(MAX_EVENT_BYTES, events);
        response.handler(chunk -> {
            decoder.feed(chunk);
            place.accept(decoder);
        });
        return response.end();
    }

    /** The server said no, and would say it again. */
    static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1;

        Refused(String sentence) {
            super(sentence, null, false, false);
        }
    }
}
