package dev.millrace.audio.speech;

/** What can be set about an engine, beside its deadline, which all of them have. */
public enum EngineSetting {
    URL,
    KEY_FILE,
    MODEL,
    LANGUAGE,
    VOICE,
    RATE,
    GRAMMAR
}
