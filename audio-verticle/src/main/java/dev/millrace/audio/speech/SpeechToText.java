package dev.millrace.audio.speech;

/** Understands speech. Shared by all sessions of a process. */
public interface SpeechToText extends SpeechEngine {

    /** Every engine is given PCM s16le, mono, at this many samples a second. */
    int RATE = 16_000;

    /**
     * Begins to listen to one utterance. Called on an event loop, and everything about this recognition then happens on
     * that loop: calls to it and calls by it. It never throws and never blocks; an engine that cannot take it fails
     * {@link Recognition#transcript()}.
     */
    Recognition recognize();
}
