package dev.millrace.feed;

import dev.millrace.event.EventId;
import org.jspecify.annotations.Nullable;

/**
 * A consumer, and how far it is behind.
 *
 * @param head of its feed
 * @param events how many it has not committed, those that are no longer kept among them; null when what it committed is
 *     not in the feed any more, because the log lost it
 * @param millis how long the oldest kept of them has been waiting; 0 when there is none, null as above
 */
public record Lag(
        Commit commit,
        EventId head,
        @Nullable Long events,
        @Nullable Long millis) {}
