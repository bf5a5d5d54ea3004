package dev.millrace.audio.speech;

/** Provides an engine for {@code --tts}. */
public interface TextToSpeechProvider extends SpeechProvider<TextToSpeech> {}
