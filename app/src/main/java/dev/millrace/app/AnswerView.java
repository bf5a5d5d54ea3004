package dev.millrace.app;

import dev.millrace.sse.SseEvent;

/** Where the events of an answer are shown. On the client's event loop. */
interface AnswerView {

    void show(SseEvent event);

    /** The server did not take what was answered to a request, and says why. */
    default void refused(String sentence) {}

    /** The connection broke; the client goes on after the last event. */
    default void reconnecting(String lastEventId) {}

    /** Shows everything in both. */
    static AnswerView both(AnswerView one, AnswerView other) {
        return new AnswerView() {
            @Override
            public void show(SseEvent event) {
                one.show(event);
                other.show(event);
            }

            @Override
            public void refused(String sentence) {
                one.refused(sentence);
                other.refused(sentence);
            }

            @Override
            public void reconnecting(String lastEventId) {
                one.reconnecting(lastEventId);
                other.reconnecting(lastEventId);
            }
        };
    }
}
