package dev.millrace.audio.session;

import dev.millrace.audio.wire.CloseCode;

/**
 * How a session ends.
 *
 * @param code lower case, stable, in docs/errors.md
 * @param message for people
 */
record Ending(CloseCode close, String code, String message) {

    /** Nothing can be written any more, so nothing that is said would be kept. */
    static Ending logLost(Throwable cause) {
        return new Ending(
                CloseCode.INTERNAL, "log_unavailable", "The session's record cannot go on: " + cause.getMessage());
    }
}
