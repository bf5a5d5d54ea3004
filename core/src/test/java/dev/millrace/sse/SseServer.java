package dev.millrace.sse;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A real server on a port the system chose, one event loop, whose time stands still unless a test ticks it. */
final class SseServer implements AutoCloseable {

    private static final long NEVER = TimeUnit.HOURS.toMillis(1);

    final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    final Heartbeats heartbeats;
    final int port;
    private final BlockingQueue<Opened> opened = new LinkedBlockingQueue<>();
    private final Context loop = vertx.getOrCreateContext(); // there is only one

    /** A response the server opened, and how often it was closed. */
    record Opened(SseResponse response, AtomicInteger closes, CompletableFuture<Void> closed) {}

    SseServer() throws Exception {
        this(NEVER);
    }

    SseServer(long timerMillis) throws Exception {
        heartbeats = new Heartbeats(vertx, 15_000, System::currentTimeMillis, timerMillis);
        HttpServer server = vertx.createHttpServer().requestHandler(request -> {
            Opened open = new Opened(
                    SseResponse.open(request, heartbeats, 1000, "0-0"), new AtomicInteger(), new CompletableFuture<>());
            open.response.onClose(v -> {
                open.closes.incrementAndGet();
                open.closed.complete(null);
            });
            opened.add(open);
        });
        port = await(server.listen(0, "localhost").toCompletionStage().toCompletableFuture())
                .actualPort();
    }

    HttpClient client(HttpVersion version) {
        return vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(version)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2ConnectionWindowSize(1 << 20) // as in browsers, wider than that of one stream
                .setDefaultHost("localhost")
                .setDefaultPort(port));
    }

    /** What a client of the server sees. */
    static final class Reader {

        final HttpClientRequest request;
        final HttpClientResponse response;
        private final Buffer body = Buffer.buffer();
        private boolean over;
        private String ending = "";

        Reader(HttpClientRequest request, HttpClientResponse response) {
            this.request = request;
            this.response = response;
            response.exceptionHandler(e -> over("broken"))
                    .endHandler(v -> over("ended"))
                    .handler(this::more);
        }

        private synchronized void more(Buffer chunk) {
            body.appendBuffer(chunk);
            notifyAll();
        }

        private synchronized void over(String how) {
            if (!over) {
                over = true;
                ending = how;
                notifyAll();
            }
        }

        /** The body, once it is as long as this. */
        synchronized String bytes(int length) throws InterruptedException {
            while (body.length() < length && !over) {
                wait(10_000);
            }
            return body.toString();
        }

        /** Whether the body ended or broke. */
        synchronized String ending() throws InterruptedException {
            while (!over) {
                wait(10_000);
            }
            return ending;
        }

        synchronized String body() {
            return body.toString();
        }
    }

    Reader read(HttpClient client) throws Exception {
        return await(client.request(HttpMethod.GET, "/")
                .compose(request -> request.send().map(response -> new Reader(request, response)))
                .toCompletionStage()
                .toCompletableFuture());
    }

    Opened opened() throws Exception {
        Opened next = opened.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no response was opened");
        }
        return next;
    }

    /** Does something on the server's event loop, and waits for it. */
    <T> T on(Callable<T> action) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.runOnContext(v -> {
            try {
                done.complete(action.call());
            } catch (Exception | AssertionError e) {
                done.completeExceptionally(e);
            }
        });
        return await(done);
    }

    /** Lets seconds pass, all in one turn of the loop: no socket moves between them. */
    void seconds(int count) throws Exception {
        on(() -> {
            for (int i = 0; i < count; i++) {
                heartbeats.tick(0);
            }
            return null;
        });
    }

    static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        await(vertx.close().toCompletionStage().toCompletableFuture());
    }
}
