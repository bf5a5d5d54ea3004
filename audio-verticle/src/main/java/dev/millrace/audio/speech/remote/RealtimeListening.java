package dev.millrace.audio.speech.remote;

import dev.millrace.audio.speech.PcmStream;
import dev.millrace.audio.speech.SpeechFailure;
import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.speech.Transcript;
import dev.millrace.audio.speech.Utterance;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.util.Base64;

/**
 * One utterance at OpenAI's Realtime API: the session is set up, the audio is appended at the one rate that it takes, and
 * committed at the end as one item, whose transcript is ours.
 */
final class RealtimeListening implements Utterance.Decoding, EngineSocket.Listener {

    /** The only one that the API takes. */
    static final int RATE = 24_000;

    /** A commit of less is refused by the API, and holds no word. */
    private static final int SHORTEST_BYTES = SpeechToText.RATE / 10 * Short.BYTES;

    private final Utterance utterance;
    private final Endpoint endpoint;
    private final JsonObject update;
    private final EngineSocket socket;
    private final PcmStream upsampled;
    private final Buffer waiting = Buffer.buffer();
    private final StringBuilder text = new StringBuilder();
    private int bytes;
    private boolean ready;
    private boolean ended;

    RealtimeListening(Utterance utterance, WebSocketClient client, Endpoint endpoint, JsonObject update) {
        this.utterance = utterance;
        this.endpoint = endpoint;
        this.update = update;
        this.upsampled = new PcmStream(endpoint.engine(), SpeechToText.RATE, RATE, this::append);
        this.socket =
                EngineSocket.open(client, endpoint, "/realtime?intent=transcription", "Bearer", headers -> "", this);
    }

    @Override
    public void take(Buffer pcm) {
        bytes += pcm.length();
        if (ready) {
            upsampled.feed(pcm);
        } else {
            waiting.appendBuffer(pcm);
        }
    }

    private void append(Buffer pcm) {
        JsonObject message = new JsonObject()
                .put("type", "input_audio_buffer.append")
                .put("audio", Base64.getEncoder().encodeToString(pcm.getBytes()));
        socket.send(message, pcm.length() * SpeechToText.RATE / RATE);
    }

    @Override
    public void opened() {} // the server speaks first

    @Override
    public void end() {
        ended = true;
        if (bytes < SHORTEST_BYTES) {
            socket.close();
            utterance.succeed(Transcript.of(""));
        } else if (ready) {
            commit();
        }
    }

    private void commit() {
        upsampled.end();
        socket.send(new JsonObject().put("type", "input_audio_buffer.commit"), 0);
    }

    @Override
    public void message(JsonObject message) {
        switch (String.valueOf(message.getValue("type"))) {
            case "session.created", "transcription_session.created" -> socket.send(update, 0);
            case "session.updated", "transcription_session.updated" -> begin();
            case "conversation.item.input_audio_transcription.delta" -> {
                text.append(message.getValue("delta", ""));
                utterance.partial(text.toString().strip(), 0);
            }
            case "conversation.item.input_audio_transcription.completed" -> complete(message);
            case "conversation.item.input_audio_transcription.failed", "error" -> throw failure(message);
            default -> {} // what is new is not for us
        }
    }

    private void begin() {
        ready = true;
        if (waiting.length() > 0) {
            upsampled.feed(waiting);
        }
        if (ended) {
            commit();
        }
    }

    private void complete(JsonObject message) {
        if (!ended) {
            throw endpoint.broken("gave a transcript before the end of the utterance");
        }
        socket.close();
        utterance.succeed(
                Transcript.of(String.valueOf(message.getValue("transcript", "")).strip()));
    }

    private SpeechFailure failure(JsonObject message) {
        String said = endpoint.engine() + " failed: " + endpoint.quoted(ErrorText.of(message));
        boolean ours = message.getValue("error") instanceof JsonObject error
                && "invalid_request_error".equals(error.getValue("type"));
        return ours ? SpeechFailure.refused(said) : SpeechFailure.broken(said);
    }

    @Override
    public void closed() {
        failed(SpeechFailure.unreachable(endpoint.engine() + " closed the connection before its transcript."));
    }

    @Override
    public void failed(SpeechFailure failure) {
        utterance.fail(failure);
    }

    @Override
    public void cancel() {
        socket.close();
    }

    @Override
    public int queuedBytes() {
        return ready ? socket.queuedBytes() : waiting.length();
    }
}
