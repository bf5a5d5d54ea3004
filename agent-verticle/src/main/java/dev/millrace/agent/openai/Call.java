package dev.millrace.agent.openai;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.streams.WriteStream;
import io.vertx.ext.web.codec.BodyCodec;
import io.vertx.ext.web.codec.spi.BodyStream;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on the wire. To the web client it is where the body goes: it takes the bytes as they come,
 * holds the upstream back when asked to, and gets hold of the request, without which nobody could close its connection.
 *
 * <p>On the context that made the request.
 */
final class Call implements BodyCodec<Void>, BodyStream<Void> {

    /** Who reads the answer: a head, bytes, then exactly one of end and broken; nothing after a cancel. */
    interface Reader {

        void head(int status, MultiMap headers);

        void bytes(Buffer bytes);

        void end();

        void broken(Throwable cause);
    }

    private final Reader reader;
    private final Promise<Void> result = Promise.promise();
    private @Nullable HttpClientRequest request;
    private @Nullable Handler<Void> onDrain;
    private boolean paused;
    private boolean over;

    Call(Reader reader) {
        this.reader = reader;
    }

    /** The request is made and not yet sent. */
    void sending(HttpClientRequest made) {
        request = made;
        if (over) {
            made.reset();
        }
    }

    /** The head is there, and nothing of the body is read yet. */
    void receiving(HttpClientResponse response) {
        request = response.request();
        if (over) {
            request.reset();
        } else {
            reader.head(response.statusCode(), response.headers());
        }
    }

    /** All of the body is read, or something broke. */
    void ended(AsyncResult<?> how) {
        if (over) {
            return;
        }
        over = true;
        if (how.succeeded()) {
            reader.end();
        } else {
            reader.broken(how.cause());
        }
    }

    /** Closes the connection, at once if there is one. */
    void cancel() {
        if (!over) {
            over = true;
            if (request != null) {
                request.reset();
            }
        }
    }

    /** Reads no further, so that in the end the upstream waits. What is under way still comes. */
    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        Handler<Void> drained = onDrain;
        if (drained != null) {
            onDrain = null;
            drained.handle(null);
        }
    }

    @Override
    public BodyStream<Void> stream() {
        return this;
    }

    @Override
    public Future<Void> write(Buffer bytes) {
        if (!over) {
            reader.bytes(bytes);
        }
        return Future.succeededFuture();
    }

    /** Says nothing of how the body ended: it is called when it broke, too. */
    @Override
    public Future<Void> end() {
        result.tryComplete();
        return Future.succeededFuture();
    }

    @Override
    public boolean writeQueueFull() {
        return paused && !over;
    }

    @Override
    public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
        onDrain = handler;
        return this;
    }

    @Override
    public Future<Void> result() {
        return result.future();
    }

    @Override
    public void handle(Throwable cause) {
        result.tryFail(cause);
    }

    @Override
    public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        return this;
    }

    @Override
    public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
        return this;
    }
}
