package dev.millrace.audio.speech;

/** Speaks. Shared by all sessions of a process. */
public interface TextToSpeech extends SpeechEngine {

    /** Samples a second of everything this engine says, s16le mono: 8000 to 48000, the same for its whole life. */
    int rate();

    /**
     * Begins to speak one sentence. Called on an event loop, and everything about this synthesis then happens on that
     * loop. It never throws and never blocks; an engine that cannot take it fails the stream.
     *
     * @param sentence what to say, in plain words, not blank
     */
    Synthesis synthesize(String sentence);
}
