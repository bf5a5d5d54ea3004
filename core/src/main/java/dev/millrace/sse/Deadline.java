package dev.millrace.sse;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import java.util.function.Supplier;

/**
 * When a response may no longer go on, and what to say ahead of it.
 *
 * @param warnAt milliseconds since the Unix epoch
 * @param at milliseconds since the Unix epoch
 */
record Deadline(long warnAt, Supplier<Buffer> warning, long at, Handler<Void> reached) {

    /** The same deadline, its warning given. */
    Deadline warned() {
        return new Deadline(Long.MAX_VALUE, warning, at, reached);
    }
}
