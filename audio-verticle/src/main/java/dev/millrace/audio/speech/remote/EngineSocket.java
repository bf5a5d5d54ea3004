package dev.millrace.audio.speech.remote;

import dev.millrace.audio.speech.SpeechFailure;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A WebSocket to an engine, for one utterance: messages of JSON come in, and what goes out is counted. On one event loop. */
final class EngineSocket {

    private static final int MAX_MESSAGE_BYTES = 1 << 20;
    private static final short NORMAL = 1000;

    /** What is done with what happens. What it throws ends the socket. */
    interface Listener {

        void opened();

        void message(JsonObject message);

        /** The engine closed the socket in order. */
        void closed();

        /** Every other ending, once. */
        void failed(SpeechFailure failure);
    }

    private final Endpoint endpoint;
    private final Listener listener;
    private @Nullable WebSocket socket;
    private int queued;
    private boolean over;

    private EngineSocket(Endpoint endpoint, Listener listener) {
        this.endpoint = endpoint;
        this.listener = listener;
    }

    static WebSocketClient client(Vertx vertx) {
        return vertx.createWebSocketClient(new WebSocketClientOptions()
                .setConnectTimeout(HttpCall.CONNECT_TIMEOUT_MILLIS)
                .setMaxFrameSize(MAX_MESSAGE_BYTES)
                .setMaxMessageSize(MAX_MESSAGE_BYTES));
    }

    /**
     * Opens a socket.
     *
     * @param authorization the header that goes with a key
     * @param complaint what the headers of a refusal say, where they say something
     */
    static EngineSocket open(
            WebSocketClient client,
            Endpoint endpoint,
            String pathAndQuery,
            String authorization,
            Function<MultiMap, String> complaint,
            Listener listener) {
        EngineSocket socket = new EngineSocket(endpoint, listener);
        WebSocketConnectOptions options = new WebSocketConnectOptions().setAbsoluteURI(endpoint.socket(pathAndQuery));
        options.setTimeout(HttpCall.CONNECT_TIMEOUT_MILLIS);
        if (endpoint.key() != null) {
            options.addHeader("Authorization", authorization + " " + endpoint.key());
        }
        client.connect(options)
                .onSuccess(socket::connected)
                .onFailure(cause -> socket.fail(socket.refusal(cause, complaint)));
        return socket;
    }

    private SpeechFailure refusal(Throwable cause, Function<MultiMap, String> complaint) {
        if (!(cause instanceof UpgradeRejectedException rejected)) {
            return endpoint.unreachable(cause);
        }
        String said = rejected.getHeaders() == null ? "" : complaint.apply(rejected.getHeaders());
        if (said.isBlank() && rejected.getBody() != null) {
            said = ErrorText.of(rejected.getBody().toString());
        }
        return endpoint.refused(rejected.getStatus(), said);
    }

    private void connected(WebSocket opened) {
        if (over) {
            opened.close().onFailure(gone -> {});
            return;
        }
        socket = opened;
        opened.textMessageHandler(text -> attempt(() -> listener.message(parse(text))));
        opened.exceptionHandler(cause -> fail(endpoint.unreachable(cause)));
        opened.closeHandler(closed -> closed(opened));
        attempt(listener::opened);
    }

    private void closed(WebSocket closed) {
        Short code = closed.closeStatusCode();
        if (code != null && code == NORMAL) {
            attempt(listener::closed);
        } else {
            String reason = closed.closeReason() == null ? "" : ": " + endpoint.quoted(closed.closeReason());
            fail(SpeechFailure.unreachable(
                    endpoint.engine() + " closed the connection with " + (code == null ? "no code" : code) + reason));
        }
    }

    private JsonObject parse(String text) {
        try {
            return new JsonObject(text);
        } catch (DecodeException e) {
            throw endpoint.broken("sent what is no JSON object: " + endpoint.quoted(text));
        }
    }

    private void attempt(Runnable reaction) {
        if (over) {
            return;
        }
        try {
            reaction.run();
        } catch (RuntimeException e) {
            fail(e instanceof SpeechFailure known ? known : endpoint.broken("sent what cannot be read: " + e));
        }
    }

    void sendAudio(Buffer pcm) {
        if (socket != null) {
            queued += pcm.length();
            socket.writeBinaryMessage(pcm).onComplete(written -> queued -= pcm.length());
        }
    }

    /** Sends a message that carries so many bytes of audio. */
    void send(JsonObject message, int audioBytes) {
        if (socket != null) {
            queued += audioBytes;
            socket.writeTextMessage(message.encode()).onComplete(written -> queued -= audioBytes);
        }
    }

    /** Audio that is not on its way yet. */
    int queuedBytes() {
        return queued;
    }

    /** Nobody is told anything any more. */
    void close() {
        over = true;
        if (socket != null) {
            socket.close().onFailure(gone -> {});
        }
    }

    private void fail(SpeechFailure failure) {
        if (!over) {
            close();
            listener.failed(failure);
        }
    }
}
