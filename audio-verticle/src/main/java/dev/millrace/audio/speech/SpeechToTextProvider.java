package dev.millrace.audio.speech;

/** Provides an engine for {@code --stt}. */
public interface SpeechToTextProvider extends SpeechProvider<SpeechToText> {}
