package dev.millrace.audio.session;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What a client sends, in its order and as fast as it may be taken: what comes too fast waits here, and when two seconds
 * wait, the socket is not read any more, so that the client's own socket fills. Nothing is lost by it. On the session's loop.
 */
final class Inflow {

    /** Two seconds at 16 kHz. */
    private static final int FULL_BYTES = 64_000;

    /** So many messages at once; then speech that is due goes first. */
    private static final int AT_ONCE = 16;

    private final ServerWebSocket socket;
    private final Metronome metronome;
    private final Predicate<Buffer> audio;
    private final Consumer<String> text;
    private final Runnable beat = this::flow;
    private final Deque<Object> waiting = new ArrayDeque<>();
    private int bytes;
    private boolean held;
    private boolean paused;
    private boolean closed;

    /**
     * @param audio takes a message of audio, or says that it comes too early
     * @param text takes a message
     */
    Inflow(ServerWebSocket socket, Metronome metronome, Predicate<Buffer> audio, Consumer<String> text) {
        this.socket = socket;
        this.metronome = metronome;
        this.audio = audio;
        this.text = text;
    }

    void open() {
        socket.textMessageHandler(message -> take(message, message.length()));
        socket.binaryMessageHandler(message -> take(message, message.length()));
    }

    private void take(Object message, int length) {
        if (closed || (waiting.isEmpty() && !held && pass(message))) {
            return;
        }
        if (waiting.isEmpty()) {
            metronome.add(beat);
        }
        waiting.add(message);
        bytes += length;
        if (!paused && bytes >= FULL_BYTES) {
            paused = true;
            socket.pause();
        }
    }

    private boolean pass(Object message) {
        if (message instanceof Buffer buffer) {
            return audio.test(buffer);
        }
        text.accept((String) message);
        return true;
    }

    private void flow() {
        for (int i = 0; i < AT_ONCE && !held && !closed && !waiting.isEmpty(); i++) {
            Object next = waiting.element();
            if (!pass(next)) {
                break;
            }
            waiting.remove();
            bytes -= next instanceof Buffer buffer ? buffer.length() : ((String) next).length();
        }
        if (waiting.isEmpty()) {
            metronome.remove(beat);
        }
        if (paused && bytes < FULL_BYTES / 2 && !closed) {
            paused = false;
            socket.resume();
        }
    }

    /** Whatever comes waits until {@link #release}. */
    void hold() {
        held = true;
    }

    void release() {
        held = false;
    }

    /** Whether the socket is not read, so that nothing can be heard of the client. */
    boolean isPaused() {
        return paused;
    }

    /** Takes nothing more. */
    void close() {
        closed = true;
        waiting.clear();
        metronome.remove(beat);
        if (paused) {
            socket.resume(); // else the end of the socket would wait behind what nobody reads
        }
    }
}
