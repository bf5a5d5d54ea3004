package dev.millrace.audio.session;

import dev.millrace.audio.capture.CaptureFolder;
import dev.millrace.audio.speech.SpeechEngines;
import dev.millrace.feed.Happenings;
import dev.millrace.log.StreamLog;
import dev.millrace.run.Agents;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What all sessions of a process share.
 *
 * @param told whom the feed hears of sessions from
 * @param node this node's tag
 * @param captures where sessions are captured; null where they are not
 * @param clock milliseconds that never go back
 */
record SessionServices(
        StreamLog log,
        Agents agents,
        SpeechEngines engines,
        Happenings told,
        String node,
        SessionLimits limits,
        Metronome pace,
        Metronome pulse,
        @Nullable CaptureFolder captures,
        LongSupplier clock) {}
