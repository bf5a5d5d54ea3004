package dev.millrace.app;

import dev.millrace.sse.SseEvent;

/** Where the events of an answer are shown. On the client's event loop. */
interface AnswerView {

    void show(SseEvent event);

    /** The connection broke; the client goes on after the last event. */
    default void reconnecting(String lastEventId) {}
}
