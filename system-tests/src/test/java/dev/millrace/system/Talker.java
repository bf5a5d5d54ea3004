package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Somebody at the other end of the audio route: what was heard, and what comes next. */
final class Talker implements WebSocket.Listener, AutoCloseable {

    private static final int PATIENCE_SECONDS = 40;

    final List<JsonObject> all = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder message = new StringBuilder();
    private final WebSocket socket;
    private volatile int bytes;

    private Talker(int port, String token) {
        socket = SseClient.await(HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("audio.v1", "bearer." + token)
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/api/audio"), this));
    }

    static Talker at(int port, String token) {
        return new Talker(port, token);
    }

    Talker say(String json) {
        SseClient.await(socket.sendText(json.replace('\'', '"'), true));
        return this;
    }

    Talker send(byte[] pcm) {
        SseClient.await(socket.sendBinary(ByteBuffer.wrap(pcm), true));
        return this;
    }

    /** The next message of a type; what comes before it is passed over. */
    JsonObject await(String type) throws InterruptedException {
        List<String> passed = new ArrayList<>();
        while (true) {
            JsonObject next = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertNotNull(next, "waited for " + type + " after " + passed);
            passed.add(next.encode());
            if (next.getString("type").equals(type)) {
                return next;
            }
        }
    }

    int awaitClose() {
        return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    boolean isClosed() {
        return closed.isDone();
    }

    /** Bytes of speech that came. */
    int bytes() {
        return bytes;
    }

    @Override
    public void onOpen(WebSocket open) {
        open.request(Long.MAX_VALUE);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        message.append(text);
        if (last) {
            JsonObject json = new JsonObject(message.toString());
            message.setLength(0);
            all.add(json);
            messages.add(json);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        bytes += data.remaining();
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closed.complete(status);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.complete(1006);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
