package dev.millrace.audio.session;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The other end of a socket. */
final class VoiceClient implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 20;

    private final WebSocketClient client;
    private final WebSocket socket;
    private final LinkedBlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    final List<Buffer> frames = new CopyOnWriteArrayList<>();
    final List<JsonObject> all = new CopyOnWriteArrayList<>();

    VoiceClient(Vertx vertx, int port) {
        client = vertx.createWebSocketClient();
        CompletableFuture<WebSocket> opened = new CompletableFuture<>();
        client.connect(port, "127.0.0.1", "/").onComplete((open, failure) -> {
            if (failure != null) {
                opened.completeExceptionally(failure);
                return;
            }
            open.textMessageHandler(text -> {
                JsonObject json = new JsonObject(text);
                all.add(json);
                messages.add(json);
            });
            open.binaryMessageHandler(frames::add);
            open.closeHandler(gone -> closed.complete((int) open.closeStatusCode()));
            opened.complete(open);
        });
        socket = opened.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    VoiceClient say(String json) {
        socket.writeTextMessage(json.replace('\'', '"'));
        return this;
    }

    VoiceClient send(byte[] audio) {
        for (int at = 0; at < audio.length; at += 3200) {
            socket.writeBinaryMessage(Buffer.buffer(audio).getBuffer(at, Math.min(audio.length, at + 3200)));
        }
        return this;
    }

    VoiceClient send(Buffer frame) {
        socket.writeBinaryMessage(frame);
        return this;
    }

    /** The next message of a type; what comes before it is passed over. */
    JsonObject await(String type) throws InterruptedException {
        List<String> passed = new ArrayList<>();
        while (true) {
            JsonObject message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertNotNull(message, "waited for " + type + " after " + passed);
            passed.add(message.encode());
            if (message.getString("type").equals(type)) {
                return message;
            }
        }
    }

    /** The next message of one of these types. */
    JsonObject awaitAny(String... types) throws InterruptedException {
        while (true) {
            JsonObject message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertNotNull(message, () -> "waited for " + List.of(types));
            if (List.of(types).contains(message.getString("type"))) {
                return message;
            }
        }
    }

    /** The close code. */
    int awaitClose() {
        return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** As a page does that is left: without a goodbye. */
    void leave() {
        socket.close((short) 1001);
    }

    @Override
    public void close() {
        client.close();
    }
}
