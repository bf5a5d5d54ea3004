package dev.millrace.app.voice;

import dev.millrace.audio.wire.Encoding;
import dev.millrace.audio.wire.FrameHeader;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;

/**
 * One session of {@code audio.v1}, from the client's side: frames with headers, 16 bits a sample, both ways. Everything
 * happens on the socket's loop. It says what it is told to say and shows what comes; when to speak is for a {@link
 * Microphone}, and what has been heard for a {@link Loudspeaker}.
 */
public final class AudioClient {

    public static final String SUBPROTOCOL = "audio.v1";

    private static final String PATH = "/api/audio";
    private static final short BYE = 1000;

    /** Who sees what comes. */
    public interface Listener {

        /** A message, as it came and read. */
        void said(String text, JsonObject message);

        /** A binary message; without headers unless {@link #hello} asked for them. */
        default void frame(Buffer frame) {
            heard(FrameHeader.of(frame), frame);
        }

        /** A frame of speech: its header, and its samples behind {@link FrameHeader#BYTES}. */
        void heard(FrameHeader header, Buffer frame);

        /** The socket is closed; nothing comes after it. */
        void gone(int code, String reason);
    }

    /** Held, because a client that nobody holds is closed, with its sockets. */
    @SuppressWarnings("UnusedVariable")
    private final WebSocketClient sockets;

    private final WebSocket socket;
    private long seq;
    private long samples;

    private AudioClient(WebSocketClient sockets, WebSocket socket) {
        this.sockets = sockets;
        this.socket = socket;
    }

    /**
     * Opens a session. The listener is there before the socket is: a server may say all that it has to say at once.
     *
     * @param where host, port and token; the path and the subprotocol are added
     * @param hello see {@link #hello}
     */
    public static Future<AudioClient> open(
            WebSocketClient sockets, WebSocketConnectOptions where, JsonObject hello, Listener listener) {
        ClientWebSocket socket = sockets.webSocket();
        socket.textMessageHandler(text -> listener.said(text, new JsonObject(text)));
        socket.binaryMessageHandler(frame -> listener.frame(frame));
        socket.closeHandler(closed -> {
            Short code = socket.closeStatusCode();
            listener.gone(code == null ? 1006 : code, String.valueOf(socket.closeReason()));
        });
        String base = where.getURI() == null || where.getURI().equals("/") ? "" : where.getURI();
        where.setURI(base + PATH).addSubProtocol(SUBPROTOCOL);
        return socket.connect(where)
                .compose(open -> open.writeTextMessage(hello.encode()).map(said -> new AudioClient(sockets, open)));
    }

    /** The first message. @param rate samples a second that are sent; 16 kHz come back */
    public static JsonObject hello(int rate) {
        return new JsonObject()
                .put("type", "hello")
                .put("v", 1)
                .put("agent", "millrace")
                .put("audio", new JsonObject().put("in", format(rate)).put("out", format(Loudspeaker.RATE)))
                .put("aec", "hardware"); // what plays into a file is heard by no microphone
    }

    private static JsonObject format(int rate) {
        return new JsonObject().put("encoding", "pcm_s16le").put("rate", rate).put("framing", "seq");
    }

    public void say(JsonObject message) {
        // A socket that broke is told of by its close handler.
        socket.writeTextMessage(message.encode()).onFailure(lost -> {});
    }

    /** Sends samples, which stand right behind those that were sent before. */
    public void send(short[] pcm, int count) {
        Buffer frame = new FrameHeader(FrameHeader.UP, 0, 0, seq++, samples).toBuffer();
        Encoding.PCM_S16LE.encode(pcm, 0, count, frame);
        samples += count;
        socket.writeBinaryMessage(frame).onFailure(lost -> {});
    }

    /** Sends what another client sent, as it was. */
    void forward(boolean text, Buffer message) {
        (text ? socket.writeTextMessage(message.toString()) : socket.writeBinaryMessage(message)).onFailure(lost -> {});
    }

    /** Calls once there is room for more; now, when there is. */
    void whenRoom(Runnable more) {
        if (socket.writeQueueFull()) {
            socket.drainHandler(drained -> more.run());
        } else {
            more.run();
        }
    }

    /** Samples sent so far. */
    public long samples() {
        return samples;
    }

    /** Says goodbye; the server closes. */
    public void leave(String reason) {
        say(new JsonObject().put("type", "bye").put("reason", reason));
    }

    /** Closes without a word to the session, as when it cannot go on. */
    public Future<Void> close() {
        return socket.close(BYE);
    }
}
