package dev.millrace.audio.speech.remote;

import dev.millrace.audio.speech.EngineSetting;
import dev.millrace.audio.speech.EngineSettings;
import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.speech.SpeechToTextProvider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code --stt realtime}: OpenAI's Realtime API in its transcription mode, one socket for each utterance. */
public final class Realtime implements SpeechToTextProvider {

    private static final String MODEL = "gpt-4o-mini-transcribe";

    @Override
    public String name() {
        return "realtime";
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
        JsonObject update = update(model, settings.language());
        return vertx.executeBlocking(() -> Endpoint.of(name(), settings))
                .map(endpoint -> new SocketSpeechToText(
                        vertx,
                        endpoint,
                        model,
                        settings.deadline(),
                        (utterance, client) -> new RealtimeListening(utterance, client, endpoint, update)));
    }

    /** Without turn detection: the session has found the ends of the utterance, and we commit it. */
    private static JsonObject update(String model, @Nullable String language) {
        JsonObject transcription = new JsonObject().put("model", model);
        if (language != null) {
            transcription.put("language", language);
        }
        JsonObject input = new JsonObject()
                .put("format", new JsonObject().put("type", "audio/pcm").put("rate", RealtimeListening.RATE))
                .put("transcription", transcription)
                .putNull("turn_detection");
        return new JsonObject()
                .put("type", "session.update")
                .put(
                        "session",
                        new JsonObject()
                                .put("type", "transcription")
                                .put("audio", new JsonObject().put("input", input)));
    }
}
