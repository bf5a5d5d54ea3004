package dev.millrace.audio.session;

/**
 * A place in a speech, from which it can go on.
 *
 * @param atMs since the speech's first sample
 * @param chars of the speech's text that were spoken by then
 */
record SpeechPlace(long atMs, int chars) {}
