package dev.millrace.log;

import dev.millrace.event.EventId;

/** An append was refused because the stream's head is not where its writer thought: somebody else wrote. */
public final class Conflict extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final EventId head;

    /** @param head where the stream really ends */
    public Conflict(StreamName stream, long expectedSeq, EventId head) {
        super(
                "the head of %s %s is %s, not %d".formatted(stream.kind(), stream.id(), head, expectedSeq),
                null,
                false,
                false);
        this.head = head;
    }

    /** Where the stream really ends. */
    public EventId head() {
        return head;
    }
}
