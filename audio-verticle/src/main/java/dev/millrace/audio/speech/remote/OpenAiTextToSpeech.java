package dev.millrace.audio.speech.remote;

import dev.millrace.audio.speech.PcmStream;
import dev.millrace.audio.speech.SpeechFailure;
import dev.millrace.audio.speech.SpokenSentence;
import dev.millrace.audio.speech.Supervision;
import dev.millrace.audio.speech.Synthesis;
import dev.millrace.audio.speech.TextToSpeech;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Locale;

/** Has each sentence spoken by a server that speaks OpenAI's speech API. */
final class OpenAiTextToSpeech implements TextToSpeech {

    /** What the API takes. */
    private static final int LONGEST = 4_096;

    private final Endpoint endpoint;
    private final String model;
    private final String voice;
    private final int rate;
    private final Supervision supervision;
    private final HttpClient client;

    OpenAiTextToSpeech(Vertx vertx, Endpoint endpoint, String model, String voice, int rate, Duration deadline) {
        this.endpoint = endpoint;
        this.model = model;
        this.voice = voice;
        this.rate = rate;
        this.supervision = new Supervision(vertx, name(), deadline);
        this.client = HttpCall.client(vertx);
    }

    @Override
    public String name() {
        return "openai";
    }

    @Override
    public String about() {
        return "openai (" + model + ", voice " + voice + ", at " + endpoint.place() + ")";
    }

    @Override
    public int rate() {
        return rate;
    }

    @Override
    public Synthesis synthesize(String sentence) {
        return SpokenSentence.begin(supervision, rate, spoken -> {
            if (sentence.length() > LONGEST) {
                throw SpeechFailure.refused("A sentence of " + sentence.length() + " characters is longer than "
                        + endpoint.engine() + " takes, " + LONGEST + ".");
            }
            return new Speaking(spoken, sentence);
        });
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }

    /** One sentence on its way. */
    private final class Speaking implements SpokenSentence.Source, HttpCall.Reader {

        private final SpokenSentence spoken;
        private final PcmStream pcm;
        private final HttpCall call;

        Speaking(SpokenSentence spoken, String sentence) {
            this.spoken = spoken;
            this.pcm = new PcmStream(endpoint.engine(), rate, rate, spoken::audio);
            Buffer body = new JsonObject()
                    .put("model", model)
                    .put("input", sentence)
                    .put("voice", voice)
                    .put("response_format", "pcm")
                    .toBuffer();
            this.call = HttpCall.post(client, endpoint, "/audio/speech", "application/json", body, this, spoken::fail);
        }

        /** Some servers answer 200 with an error, or in a format that was not asked for. */
        @Override
        public void begun(HttpClientResponse response) {
            String type = String.valueOf(response.getHeader("Content-Type")).toLowerCase(Locale.ROOT);
            boolean compressed = type.matches("audio/(mpeg|mp3|aac|ogg|opus|flac|webm|mp4).*");
            if (compressed || type.contains("json") || type.startsWith("text/")) {
                throw endpoint.broken("answered with " + type + ", and not with PCM");
            }
        }

        @Override
        public void data(Buffer bytes) {
            pcm.feed(bytes);
        }

        @Override
        public void finished() {
            pcm.end();
            if (spoken.samples() == 0) {
                throw endpoint.broken("answered without any sound");
            }
            spoken.end();
        }

        @Override
        public void pause() {
            call.pause();
        }

        @Override
        public void resume() {
            call.resume();
        }

        @Override
        public void cancel() {
            call.cancel();
        }
    }
}
