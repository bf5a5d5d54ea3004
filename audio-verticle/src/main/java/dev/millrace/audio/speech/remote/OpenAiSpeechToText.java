package dev.millrace.audio.speech.remote;

import dev.millrace.audio.speech.Recognition;
import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.speech.Supervision;
import dev.millrace.audio.speech.Utterance;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Sends each utterance, when it is over, to a server that speaks OpenAI's transcription API. */
final class OpenAiSpeechToText implements SpeechToText {

    private final Endpoint endpoint;
    private final String model;
    private final @Nullable String language;
    private final Supervision supervision;
    private final HttpClient client;

    OpenAiSpeechToText(Vertx vertx, Endpoint endpoint, String model, @Nullable String language, Duration deadline) {
        this.endpoint = endpoint;
        this.model = model;
        this.language = language;
        this.supervision = new Supervision(vertx, name(), deadline);
        this.client = HttpCall.client(vertx);
    }

    @Override
    public String name() {
        return "openai";
    }

    @Override
    public String about() {
        return "openai (" + model + " at " + endpoint.place() + ")";
    }

    @Override
    public Recognition recognize() {
        return Utterance.begin(
                supervision, utterance -> new Transcribing(utterance, client, endpoint, model, language));
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }
}
