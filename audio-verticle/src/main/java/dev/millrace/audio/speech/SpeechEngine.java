package dev.millrace.audio.speech;

import io.vertx.core.Future;

/** What the engines of both kinds have in common. Every method may be called from any event loop. */
public interface SpeechEngine {

    /** As in {@code --stt} and {@code --tts}, and as people are told: {@code openai}, {@code embedded}. */
    String name();

    /** One line for people: what it is and where it is reached. Never a secret. */
    String about();

    /** Whether this is a demonstration that understands or speaks a little, and must never be taken for a real engine. */
    default boolean demo() {
        return false;
    }

    /**
     * Makes ready what the first use would wait for. Called when a session begins; again is harmless and cheap. An engine
     * that fails here is not broken for good: it is tried again at its next use.
     */
    default Future<Void> warm() {
        return Future.succeededFuture();
    }

    /** Cancels what is under way, and lets go of threads, processes and connections. Nothing is begun after this. */
    Future<Void> close();
}
