package dev.millrace.audio.speech.remote;

import dev.millrace.audio.speech.Recognition;
import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.speech.Supervision;
import dev.millrace.audio.speech.Utterance;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import java.time.Duration;
import java.util.function.BiFunction;

/** Listens over a socket that is opened for each utterance: what is said while it opens waits, and is sent then. */
final class SocketSpeechToText implements SpeechToText {

    private final Endpoint endpoint;
    private final String model;
    private final Supervision supervision;
    private final WebSocketClient client;
    private final BiFunction<Utterance, WebSocketClient, Utterance.Decoding> listening;

    SocketSpeechToText(
            Vertx vertx,
            Endpoint endpoint,
            String model,
            Duration deadline,
            BiFunction<Utterance, WebSocketClient, Utterance.Decoding> listening) {
        this.endpoint = endpoint;
        this.model = model;
        this.supervision = new Supervision(vertx, endpoint.engine(), deadline);
        this.client = EngineSocket.client(vertx);
        this.listening = listening;
    }

    @Override
    public String name() {
        return endpoint.engine();
    }

    @Override
    public String about() {
        return endpoint.engine() + " (" + model + " at " + endpoint.place() + ")";
    }

    @Override
    public Recognition recognize() {
        return Utterance.begin(supervision, utterance -> listening.apply(utterance, client));
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }
}
