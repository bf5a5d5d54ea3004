package dev.millrace.audio.wire;

import org.jspecify.annotations.Nullable;

/** A message of the client that cannot be taken, and a sentence about what is wrong with it. */
public final class WrongMessage extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String code;
    private final @Nullable CloseCode close;

    private WrongMessage(String code, @Nullable CloseCode close, String message) {
        super(message, null, false, false);
        this.code = code;
        this.close = close;
    }

    /** The stream goes on without it. */
    public static WrongMessage harmless(String code, String message) {
        return new WrongMessage(code, null, message);
    }

    /** What follows could not be understood either. */
    public static WrongMessage fatal(String code, String message) {
        return new WrongMessage(code, CloseCode.BAD_MESSAGE, message);
    }

    /** With it the session is over. */
    public static WrongMessage closing(CloseCode close, String code, String message) {
        return new WrongMessage(code, close, message);
    }

    /** A session has one beginning. */
    public static WrongMessage late() {
        return harmless("late_hello", "'hello' comes first and once; change settings with session.update.");
    }

    /** The conversation is not there, or somebody else's. */
    public static WrongMessage unknownConversation() {
        return closing(CloseCode.NO_SESSION, "no_session", "There is no such conversation, or it is not yours.");
    }

    /** The session is not there any more, or never was. */
    public static WrongMessage noSession() {
        return closing(CloseCode.NO_SESSION, "no_session", "There is no such session any more; begin a new one.");
    }

    /** Lower case, stable, in docs/errors.md. */
    public String code() {
        return code;
    }

    /** How the socket is closed; null when the stream goes on. */
    public @Nullable CloseCode close() {
        return close;
    }
}
