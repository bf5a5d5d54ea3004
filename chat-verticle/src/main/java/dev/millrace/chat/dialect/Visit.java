package dev.millrace.chat.dialect;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.log.Start;
import dev.millrace.run.Conversation.Message;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a reader comes to a run.
 *
 * @param manner what the request was
 * @param asked where the request asks to begin; null when it says nothing
 * @param before what the run had said when the reader came; empty for one that is new or where nobody looked
 * @param history what was said in the conversation up to the run's question; empty unless it is to be told
 * @param settled ids of the run's requests that are answered, by this reader or before
 */
public record Visit(
        Manner manner, @Nullable Start asked, List<Entry> before, List<Message> history, Set<String> settled) {

    /** What brings a reader. */
    public enum Manner {
        /** He has begun the run. */
        BEGINS,
        /** He has answered what the run asked. */
        ANSWERS,
        /** He comes back, or for the first time to what another has begun. */
        RETURNS
    }

    /** Of somebody who has just begun the run. */
    public static Visit begins() {
        return new Visit(Manner.BEGINS, null, List.of(), List.of(), Set.of());
    }

    /** Whether an id names an event that the run has. */
    public boolean has(EventId id) {
        return before.stream().anyMatch(entry -> entry.id().equals(id));
    }

    /** The last event that there was when he came. */
    public EventId head() {
        return before.isEmpty()
                ? EventId.BEGINNING
                : before.get(before.size() - 1).id();
    }
}
