package dev.millrace.audio.session;

import dev.millrace.audio.wire.ServerMessage;
import io.vertx.core.Future;

/** The way to the client of a session. On the session's loop. */
interface Outlet extends Wire {

    /** Writes into the session's record, and says it with its id when it is there. */
    Future<Void> record(ServerMessage message);
}
