package dev.millrace.audio.speech.remote;

import dev.millrace.audio.speech.SpeechFailure;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request to an engine and the reading of its answer, which can be cancelled at any time. On one event loop. */
final class HttpCall {

    static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    /** A sentence holds one for as long as it is being spoken, so there are more than sessions. */
    private static final int CONNECTIONS = 1_024;

    private static final int IDLE_SECONDS = 60;
    private static final int MAX_ERROR_BYTES = 1 << 16;

    /** What is done with a successful answer. What it throws ends the call. */
    interface Reader {

        void begun(HttpClientResponse response);

        void data(Buffer bytes);

        void finished();
    }

    private final Endpoint endpoint;
    private final Reader reader;
    private final Consumer<SpeechFailure> onFailure;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private boolean paused;
    private boolean over;

    private HttpCall(Endpoint endpoint, Reader reader, Consumer<SpeechFailure> onFailure) {
        this.endpoint = endpoint;
        this.reader = reader;
        this.onFailure = onFailure;
    }

    static HttpClient client(Vertx vertx) {
        return vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                        .setIdleTimeout(IDLE_SECONDS),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(CONNECTIONS));
    }

    /** Sends a body, and hands the answer to the reader; every other ending goes to {@code onFailure}, once. */
    static HttpCall post(
            HttpClient client,
            Endpoint endpoint,
            String path,
            String contentType,
            Buffer body,
            Reader reader,
            Consumer<SpeechFailure> onFailure) {
        HttpCall call = new HttpCall(endpoint, reader, onFailure);
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(endpoint.http(path))
                .putHeader("Content-Type", contentType);
        if (endpoint.key() != null) {
            options.putHeader("Authorization", "Bearer " + endpoint.key());
        }
        client.request(options)
                .compose(request -> call.send(request, body))
                .onFailure(cause -> call.fail(endpoint.unreachable(cause)));
        return call;
    }

    private Future<Void> send(HttpClientRequest sending, Buffer body) {
        request = sending;
        if (over) {
            sending.reset();
            return Future.succeededFuture();
        }
        // Read where the answer arrives: composed later, its first bytes could be lost.
        return sending.send(body).compose(this::read);
    }

    private Future<Void> read(HttpClientResponse answer) {
        response = answer;
        if (answer.statusCode() != 200) {
            return error(answer).compose(text -> Future.failedFuture(endpoint.refused(answer.statusCode(), text)));
        }
        Promise<Void> done = Promise.promise();
        answer.handler(bytes -> attempt(() -> reader.data(bytes)));
        answer.exceptionHandler(done::tryFail);
        answer.endHandler(end -> {
            attempt(reader::finished);
            done.tryComplete();
        });
        if (paused) {
            answer.pause();
        }
        attempt(() -> reader.begun(answer));
        return done.future();
    }

    private void attempt(Runnable reading) {
        if (over) {
            return;
        }
        try {
            reading.run();
        } catch (RuntimeException e) {
            fail(e instanceof SpeechFailure known ? known : endpoint.broken("sent what cannot be read: " + e));
        }
    }

    /** The beginning of the body of an error. */
    private static Future<String> error(HttpClientResponse answer) {
        Promise<String> text = Promise.promise();
        Buffer body = Buffer.buffer();
        answer.handler(bytes -> {
            if (body.length() < MAX_ERROR_BYTES) {
                body.appendBuffer(bytes);
            } else {
                text.tryComplete("");
            }
        });
        answer.exceptionHandler(cut -> text.tryComplete(""));
        answer.endHandler(end -> text.tryComplete(ErrorText.of(body.toString())));
        return text.future();
    }

    void pause() {
        paused = true;
        if (response != null) {
            response.pause();
        }
    }

    void resume() {
        paused = false;
        if (response != null) {
            response.resume();
        }
    }

    /** The connection is reset, which tells the server to stop. Nobody is told. */
    void cancel() {
        over = true;
        if (request != null) {
            request.reset();
        }
    }

    private void fail(SpeechFailure failure) {
        if (!over) {
            cancel();
            onFailure.accept(failure);
        }
    }
}
