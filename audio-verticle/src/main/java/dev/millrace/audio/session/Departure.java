package dev.millrace.audio.session;

import dev.millrace.audio.wire.CloseCode;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A session that has to go on elsewhere, and until when its client may choose the moment. On the session's loop. */
final class Departure {

    /** Why. */
    enum Reason {
        /** The node is about to stop. */
        DRAIN(new Ending(CloseCode.MOVING, "moving", "This node is about to stop; resume on another.")),
        /** The session was on this connection for as long as one may be. */
        LIMIT(new Ending(
                CloseCode.SESSION_LIMIT,
                "session_limit",
                "The session was on one connection for as long as it may be; resume it on another."));

        final Ending ending;

        Reason(Ending ending) {
            this.ending = ending;
        }

        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private @Nullable Reason reason;
    private long until;

    /**
     * The client is about to be told.
     *
     * @param millis the longest it may take; all clients of a node at once would be too many for the others, so each is
     *     given another part of it, half at least
     * @return how long it may take; -1 when it was told before
     */
    long begin(Reason why, long millis, long nowMs) {
        if (reason != null) {
            return -1;
        }
        reason = why;
        long mine = millis - (millis < 2 ? 0 : ThreadLocalRandom.current().nextLong(millis / 2));
        until = nowMs + mine;
        return mine;
    }

    /** The end of it, when its time has come; else null. */
    @Nullable
    Ending due(long nowMs) {
        return reason == null || nowMs < until ? null : reason.ending;
    }
}
