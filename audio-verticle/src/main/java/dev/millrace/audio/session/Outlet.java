package dev.millrace.audio.session;

import dev.millrace.audio.wire.ServerMessage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** The way to the client. On the session's loop. */
interface Outlet {

    /** Says what matters now and is not kept. */
    void say(ServerMessage message);

    /** Writes into the session's record, and says it with its id when it is there. */
    Future<Void> record(ServerMessage message);

    /** Sends audio. */
    void frame(Buffer bytes);

    /** Whether the socket has more than it can send at once: audio waits then, so that what is said does not. */
    boolean full();
}
