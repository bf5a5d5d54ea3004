package dev.millrace.feed;

import dev.millrace.event.EventId;

/**
 * Where an event stands in its feed.
 *
 * @param duplicate whether it stood there before it was published now
 */
public record Published(EventId id, boolean duplicate) {}
