package dev.millrace.audio.speech.remote;

import dev.millrace.audio.speech.SpeechFailure;
import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.speech.Transcript;
import dev.millrace.audio.speech.Utterance;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One utterance: kept until its end, then sent as a WAV file. */
final class Transcribing implements Utterance.Decoding, HttpCall.Reader {

    private static final int BYTES_PER_SECOND = SpeechToText.RATE * Short.BYTES;

    /** What is shorter is refused by the API, and holds no word. */
    private static final int SHORTEST_BYTES = BYTES_PER_SECOND / 10;

    /** More than the longest turn of a session. */
    private static final int LONGEST_BYTES = 120 * BYTES_PER_SECOND;

    private final Utterance utterance;
    private final HttpClient client;
    private final Endpoint endpoint;
    private final String model;
    private final @Nullable String language;
    private final Buffer audio = Buffer.buffer();
    private @Nullable HttpCall call;
    private @Nullable TranscriptReader reader;

    Transcribing(Utterance utterance, HttpClient client, Endpoint endpoint, String model, @Nullable String language) {
        this.utterance = utterance;
        this.client = client;
        this.endpoint = endpoint;
        this.model = model;
        this.language = language;
    }

    @Override
    public void take(Buffer pcm) {
        if (audio.length() + pcm.length() > LONGEST_BYTES) {
            throw SpeechFailure.busy("The utterance is longer than " + endpoint.engine() + " is sent, 120 s.");
        }
        audio.appendBuffer(pcm);
    }

    @Override
    public void end() {
        if (audio.length() < SHORTEST_BYTES) {
            utterance.succeed(Transcript.of(""));
            return;
        }
        String boundary = UUID.randomUUID().toString();
        call = HttpCall.post(
                client,
                endpoint,
                "/audio/transcriptions",
                "multipart/form-data; boundary=" + boundary,
                form(boundary),
                this,
                utterance::fail);
    }

    private Buffer form(String boundary) {
        Buffer form = Buffer.buffer();
        field(form, boundary, "model", model);
        field(form, boundary, "stream", "true");
        if (language != null) {
            field(form, boundary, "language", language);
        }
        form.appendString(
                "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"speech.wav\"\r\n"
                        + "Content-Type: audio/wav\r\n\r\n");
        form.appendBuffer(wavHeader(audio.length())).appendBuffer(audio);
        return form.appendString("\r\n--" + boundary + "--\r\n");
    }

    private static void field(Buffer form, String boundary, String name, String value) {
        form.appendString(
                "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n");
    }

    private static Buffer wavHeader(int bytes) {
        return Buffer.buffer()
                .appendString("RIFF")
                .appendIntLE(36 + bytes)
                .appendString("WAVEfmt ")
                .appendIntLE(16)
                .appendShortLE((short) 1) // PCM
                .appendShortLE((short) 1) // one channel
                .appendIntLE(SpeechToText.RATE)
                .appendIntLE(BYTES_PER_SECOND)
                .appendShortLE((short) Short.BYTES)
                .appendShortLE((short) Short.SIZE)
                .appendString("data")
                .appendIntLE(bytes);
    }

    @Override
    public void begun(HttpClientResponse response) {
        reader = new TranscriptReader(endpoint, response.getHeader("Content-Type"), text -> utterance.partial(text, 0));
    }

    @Override
    public void data(Buffer bytes) {
        TranscriptReader reading = reader;
        if (reading != null) {
            reading.feed(bytes);
            String whole = reading.whole();
            if (whole != null) {
                utterance.succeed(Transcript.of(whole));
            }
        }
    }

    @Override
    public void finished() {
        if (reader != null) {
            utterance.succeed(Transcript.of(reader.end()));
        }
    }

    @Override
    public void cancel() {
        if (call != null) {
            call.cancel();
        }
    }

    /** All of it is for after the end: nothing lags behind before. */
    @Override
    public int queuedBytes() {
        return 0;
    }
}
