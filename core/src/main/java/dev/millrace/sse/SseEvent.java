package dev.millrace.sse;

/**
 * An event as a reader sees it (WHATWG HTML, section 9.2.6, "dispatch the event").
 *
 * @param id the last event id of the stream when the event came: its own, else that of an event before it, else empty
 * @param type its name; {@code message} if it has none
 * @param data its data lines, put together with LF
 */
public record SseEvent(String id, String type, String data) {}
