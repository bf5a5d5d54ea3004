package dev.millrace.audio.session;

import dev.millrace.audio.wire.ServerMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

/** A socket's own way. A socket that broke is told of by its close handler, so nothing is said of it here. */
final class SocketWire implements Wire {

    /** Behind so many bytes of audio a message waits for less than the lead. */
    private static final int QUEUE_BYTES = 16 << 10;

    private final ServerWebSocket socket;

    SocketWire(ServerWebSocket socket) {
        this.socket = socket;
        socket.setWriteQueueMaxSize(QUEUE_BYTES);
    }

    @Override
    public void say(ServerMessage message) {
        socket.writeTextMessage(message.encode()).onFailure(lost -> {});
    }

    @Override
    public void frame(Buffer bytes) {
        socket.writeBinaryMessage(bytes).onFailure(lost -> {});
    }

    @Override
    public boolean full() {
        return socket.isClosed() || socket.writeQueueFull();
    }
}
