package dev.millrace.audio.speech.remote;

import dev.millrace.audio.speech.EngineSetting;
import dev.millrace.audio.speech.EngineSettings;
import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.speech.SpeechToTextProvider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.EnumSet;
import java.util.Set;

/** {@code --stt openai}: any server with OpenAI's {@code /audio/transcriptions}. */
public final class OpenAiTranscription implements SpeechToTextProvider {

    private static final String MODEL = "gpt-4o-mini-transcribe";

    @Override
    public String name() {
        return "openai";
    }

    @Override
    public Set<EngineSetting> takes() {
        return EnumSet.of(EngineSetting.URL, EngineSetting.KEY_FILE, EngineSetting.MODEL, EngineSetting.LANGUAGE);
    }

    /** Where it is must be said: nobody's voice shall leave the machine by a default. */
    @Override
    public Set<EngineSetting> needs() {
        return EnumSet.of(EngineSetting.URL);
    }

    @Override
    public Future<SpeechToText> open(Vertx vertx, EngineSettings settings) {
        String model = settings.model() == null ? MODEL : settings.model();
        return vertx.executeBlocking(() -> Endpoint.of(name(), settings))
                .map(endpoint ->
                        new OpenAiSpeechToText(vertx, endpoint, model, settings.language(), settings.deadline()));
    }
}
