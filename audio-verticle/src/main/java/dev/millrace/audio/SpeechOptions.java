package dev.millrace.audio;

import dev.millrace.audio.session.SessionLimits;
import dev.millrace.audio.speech.EngineSettings;
import dev.millrace.audio.speech.Providers;
import dev.millrace.audio.speech.SpeechEngines;
import dev.millrace.launch.Durations;
import dev.millrace.launch.Misuse;
import dev.millrace.launch.Urls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of audio: how many sessions, and which speech engines. Filled by picocli, read once at start. */
@SuppressWarnings("NullAway.Init") // picocli sets every field that has a default
final class SpeechOptions {

    @Option(
            names = "--stt",
            paramLabel = "ENGINE",
            description = "What understands speech: deepgram, embedded, openai, realtime; embedded unless set.")
    @Nullable
    String stt;

    @Option(
            names = "--stt-url",
            paramLabel = "URL",
            converter = Urls.class,
            description = "Where that engine is reached, such as https://api.openai.com/v1.")
    @Nullable
    URI sttUrl;

    @Option(names = "--stt-key-file", paramLabel = "FILE", description = "File with the key it wants.")
    @Nullable
    Path sttKeyFile;

    @Option(names = "--stt-model", paramLabel = "NAME", description = "Its model.")
    @Nullable
    String sttModel;

    @Option(names = "--stt-language", paramLabel = "CODE", description = "The language that is spoken, such as en.")
    @Nullable
    String sttLanguage;

    @Option(
            names = "--stt-deadline",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Durations.class,
            description = "Longest wait for a transcript after the end of speech; ${DEFAULT-VALUE} unless set.")
    Duration sttDeadline;

    @Option(
            names = "--grammar",
            paramLabel = "FILE",
            description = "JSGF grammar of what the embedded engine understands, instead of the demonstration's.")
    @Nullable
    Path grammar;

    @Option(
            names = "--tts",
            paramLabel = "ENGINE",
            description = "What speaks: embedded, espeak-ng, flite, openai; embedded unless set.")
    @Nullable
    String tts;

    @Option(
            names = "--tts-url",
            paramLabel = "URL",
            converter = Urls.class,
            description = "Where that engine is reached, such as https://api.openai.com/v1.")
    @Nullable
    URI ttsUrl;

    @Option(names = "--tts-key-file", paramLabel = "FILE", description = "File with the key it wants.")
    @Nullable
    Path ttsKeyFile;

    @Option(names = "--tts-model", paramLabel = "NAME", description = "Its model.")
    @Nullable
    String ttsModel;

    @Option(names = "--tts-voice", paramLabel = "NAME", description = "Its voice.")
    @Nullable
    String ttsVoice;

    @Option(
            names = "--tts-rate",
            paramLabel = "HZ",
            description = "Samples a second of what openai sends, which nothing in its answer says; 24000 unless set.")
    @Nullable
    Integer ttsRate;

    @Option(
            names = "--tts-deadline",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Durations.class,
            description = "Longest wait for the next piece of speech; ${DEFAULT-VALUE} unless set.")
    Duration ttsDeadline;

    @Option(
            names = "--max-audio-sessions",
            paramLabel = "COUNT",
            defaultValue = "500",
            description = "Audio sessions at once in this process; ${DEFAULT-VALUE} unless set.")
    int maxAudioSessions;

    @Option(
            names = "--max-audio-sessions-of-subject",
            paramLabel = "COUNT",
            defaultValue = "20",
            description = "Of these, audio sessions of one subject; ${DEFAULT-VALUE} unless set.")
    int maxAudioSessionsOfSubject;

    @Option(
            names = "--max-audio-session",
            paramLabel = "TIME",
            defaultValue = "2h",
            converter = Durations.class,
            description = "Longest time of a session on one connection; ${DEFAULT-VALUE} unless set.")
    Duration maxAudioSession;

    @Option(
            names = "--max-loop-lag",
            paramLabel = "TIME",
            defaultValue = "20ms",
            converter = Durations.class,
            description =
                    "How late an event loop may be and still take one more audio session; ${DEFAULT-VALUE} unless set.")
    Duration maxLoopLag;

    SessionLimits limits() {
        atLeastOne(maxAudioSessions, "--max-audio-sessions");
        atLeastOne(maxAudioSessionsOfSubject, "--max-audio-sessions-of-subject");
        if (maxAudioSession.toMinutes() < 1) {
            throw new Misuse("--max-audio-session must be at least 1m");
        }
        return SessionLimits.DEFAULT
                .sessions(maxAudioSessions, maxAudioSessionsOfSubject)
                .longest(maxAudioSession.toMillis())
                .loopLag(maxLoopLag.toMillis());
    }

    private static void atLeastOne(int count, String flag) {
        if (count < 1) {
            throw new Misuse(flag + " is " + count + ", and must be at least 1");
        }
    }

    /** Opens both engines; it fails with {@link Misuse} for flags that do not fit. */
    Future<SpeechEngines> open(Vertx vertx) {
        EngineSettings listening = new EngineSettings(
                sttUrl,
                sttKeyFile,
                sttModel,
                sttLanguage,
                null,
                null,
                grammar,
                positive(sttDeadline, "--stt-deadline"));
        EngineSettings speaking = new EngineSettings(
                ttsUrl, ttsKeyFile, ttsModel, null, ttsVoice, ttsRate, null, positive(ttsDeadline, "--tts-deadline"));
        return Providers.ofSpeechToText()
                .open(vertx, stt, listening)
                .compose(ears -> Providers.ofTextToSpeech()
                        .open(vertx, tts, speaking)
                        .map(voice -> new SpeechEngines(ears, voice)))
                .recover(cause -> Future.failedFuture(
                        cause instanceof IllegalArgumentException
                                ? new Misuse(String.valueOf(cause.getMessage()))
                                : cause));
    }

    private static Duration positive(Duration deadline, String flag) {
        if (deadline.isZero()) {
            throw new Misuse(flag + " must be longer than nothing");
        }
        return deadline;
    }
}
