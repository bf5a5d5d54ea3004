package dev.millrace.audio.speech.remote;

import dev.millrace.audio.speech.EngineSetting;
import dev.millrace.audio.speech.EngineSettings;
import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.speech.SpeechToTextProvider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/** {@code --stt deepgram}: Deepgram's live transcription, one socket for each utterance. */
public final class Deepgram implements SpeechToTextProvider {

    private static final String MODEL = "nova-3";

    @Override
    public String name() {
        return "deepgram";
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
        String query = "/v1/listen?model=" + encoded(model) + "&encoding=linear16&sample_rate=" + SpeechToText.RATE
                + "&channels=1&interim_results=true&punctuate=true"
                + (settings.language() == null ? "" : "&language=" + encoded(settings.language()));
        return vertx.executeBlocking(() -> Endpoint.of(name(), settings))
                .map(endpoint -> new SocketSpeechToText(
                        vertx,
                        endpoint,
                        model,
                        settings.deadline(),
                        (utterance, client) -> new DeepgramListening(utterance, client, endpoint, query)));
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
