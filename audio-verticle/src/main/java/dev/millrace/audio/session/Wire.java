package dev.millrace.audio.session;

import dev.millrace.audio.wire.ServerMessage;
import io.vertx.core.buffer.Buffer;

/** The way to whoever is at the other end of a socket. On the socket's loop. */
interface Wire {

    /** Says what matters now and is not kept. */
    void say(ServerMessage message);

    /** Sends audio. */
    void frame(Buffer bytes);

    /** Whether the socket has more than it can send at once: audio waits then, so that what is said does not. */
    boolean full();
}
