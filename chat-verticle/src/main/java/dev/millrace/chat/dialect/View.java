package dev.millrace.chat.dialect;

import dev.millrace.event.EventId;
import dev.millrace.event.TokenRuns;
import dev.millrace.log.Start;
import dev.millrace.log.Tail;
import dev.millrace.watch.Translation;
import java.util.function.UnaryOperator;

/**
 * What a reader of a run is given.
 *
 * @param start where reading begins
 * @param prepare what the tail needs to know before it reads
 * @param translation how he is told
 */
public record View(Start start, UnaryOperator<Tail> prepare, Translation translation) {

    /** Before the first event, and not with the oldest that is kept: what retention has taken is told as a gap. */
    public static final Start FROM_THE_START = new Start.After(EventId.BEGINNING);

    /** In the log's own words, event by event. */
    public static View of(Start start) {
        return new View(start, UnaryOperator.identity(), Translation.NATIVE);
    }

    /** The whole run in the log's own words, with its tokens joined. */
    public static View whole() {
        return new View(FROM_THE_START, View::joining, Translation.NATIVE);
    }

    /**
     * In the words of an encoder, which reads the whole run.
     *
     * @param after the last event that the reader has; of it and what is before it nothing is said
     */
    public static View of(RunEncoder encoder, EventId after) {
        boolean whole = after.equals(EventId.BEGINNING);
        // Joined tokens would reach across the place where the reader joins.
        return new View(FROM_THE_START, whole ? View::joining : UnaryOperator.identity(), new Telling(encoder, after));
    }

    private static Tail joining(Tail tail) {
        return tail.joining(TokenRuns::join);
    }
}
