package dev.millrace.sse;

/** A stream sent an event larger than its reader allows; the rest of it cannot be read. */
public final class OversizedEventException extends RuntimeException {

    private static final long serialVersionUID = 1;

    OversizedEventException(int maxEventBytes) {
        super("an event of the stream is larger than " + maxEventBytes + " bytes");
    }
}
