package dev.millrace.audio.speech.remote;

import dev.millrace.audio.speech.EngineSetting;
import dev.millrace.audio.speech.EngineSettings;
import dev.millrace.audio.speech.TextToSpeech;
import dev.millrace.audio.speech.TextToSpeechProvider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.EnumSet;
import java.util.Set;

/** {@code --tts openai}: any server with OpenAI's {@code /audio/speech}. */
public final class OpenAiSpeech implements TextToSpeechProvider {

    private static final String MODEL = "gpt-4o-mini-tts";
    private static final String VOICE = "alloy";

    /** What OpenAI sends; the API does not say it. */
    private static final int RATE = 24_000;

    private static final int LOWEST_RATE = 8_000;
    private static final int HIGHEST_RATE = 48_000;

    @Override
    public String name() {
        return "openai";
    }

    @Override
    public Set<EngineSetting> takes() {
        return EnumSet.of(
                EngineSetting.URL,
                EngineSetting.KEY_FILE,
                EngineSetting.MODEL,
                EngineSetting.VOICE,
                EngineSetting.RATE);
    }

    /** Where it is must be said: nobody's words shall leave the machine by a default. */
    @Override
    public Set<EngineSetting> needs() {
        return EnumSet.of(EngineSetting.URL);
    }

    @Override
    public Future<TextToSpeech> open(Vertx vertx, EngineSettings settings) {
        String model = settings.model() == null ? MODEL : settings.model();
        String voice = settings.voice() == null ? VOICE : settings.voice();
        int rate = settings.rate() == null ? RATE : settings.rate();
        if (rate < LOWEST_RATE || rate > HIGHEST_RATE) {
            return Future.failedFuture(new IllegalArgumentException(
                    "--tts-rate is " + rate + ", and must be from " + LOWEST_RATE + " to " + HIGHEST_RATE));
        }
        return vertx.executeBlocking(() -> Endpoint.of(name(), settings))
                .map(endpoint -> new OpenAiTextToSpeech(vertx, endpoint, model, voice, rate, settings.deadline()));
    }
}
