package dev.millrace.audio.session;

import dev.millrace.audio.speech.SpeechEngines;
import dev.millrace.log.StreamLog;
import dev.millrace.run.Agents;
import java.util.function.LongSupplier;

/**
 * What all sessions of a process share.
 *
 * @param node this node's tag
 * @param clock milliseconds that never go back
 */
record SessionServices(
        StreamLog log,
        Agents agents,
        SpeechEngines engines,
        String node,
        SessionLimits limits,
        Metronome pace,
        Metronome pulse,
        LongSupplier clock) {}
