package dev.millrace.audio.speech.remote;

import dev.millrace.audio.speech.SpeechFailure;
import dev.millrace.audio.speech.Transcript;
import dev.millrace.audio.speech.Utterance;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * One utterance at Deepgram. It cuts what is said into stretches as it likes; the utterance is all its final stretches, and
 * it is whole when Deepgram has answered our {@code CloseStream} with its metadata.
 */
final class DeepgramListening implements Utterance.Decoding, EngineSocket.Listener {

    private static final JsonObject CLOSE_STREAM = new JsonObject().put("type", "CloseStream");

    private final Utterance utterance;
    private final Endpoint endpoint;
    private final EngineSocket socket;
    private final Buffer waiting = Buffer.buffer();
    private final List<String> finals = new ArrayList<>();
    private final List<Transcript.Word> words = new ArrayList<>();
    private double confidence;
    private boolean open;
    private boolean ended;

    DeepgramListening(Utterance utterance, WebSocketClient client, Endpoint endpoint, String query) {
        this.utterance = utterance;
        this.endpoint = endpoint;
        this.socket = EngineSocket.open(client, endpoint, query, "Token", DeepgramListening::complaint, this);
    }

    private static String complaint(MultiMap headers) {
        String error = headers.get("dg-error");
        String request = headers.get("dg-request-id");
        return (error == null ? "" : error) + (request == null ? "" : " (request " + request + ")");
    }

    @Override
    public void take(Buffer pcm) {
        if (open) {
            socket.sendAudio(pcm);
        } else {
            waiting.appendBuffer(pcm);
        }
    }

    @Override
    public void opened() {
        open = true;
        if (waiting.length() > 0) { // an empty message is taken for the end of the stream
            socket.sendAudio(waiting);
        }
        if (ended) {
            socket.send(CLOSE_STREAM, 0);
        }
    }

    @Override
    public void end() {
        ended = true;
        if (open) {
            socket.send(CLOSE_STREAM, 0);
        }
    }

    @Override
    public void message(JsonObject message) {
        switch (String.valueOf(message.getValue("type"))) {
            case "Results" -> results(message);
            case "Metadata" -> finish();
            case "Error" -> throw endpoint.broken("failed: " + endpoint.quoted(ErrorText.of(message)));
            default -> {} // SpeechStarted, UtteranceEnd: the session has ears of its own
        }
    }

    private void results(JsonObject results) {
        JsonObject best = best(results);
        String text = String.valueOf(best.getValue("transcript", "")).strip();
        if (Boolean.TRUE.equals(results.getValue("is_final"))) {
            if (!text.isEmpty()) {
                finals.add(text);
                addWords(best);
            }
            tell("");
        } else {
            tell(text);
        }
    }

    private JsonObject best(JsonObject results) {
        if (results.getValue("channel") instanceof JsonObject channel
                && channel.getValue("alternatives") instanceof JsonArray alternatives
                && !alternatives.isEmpty()
                && alternatives.getValue(0) instanceof JsonObject best) {
            return best;
        }
        throw endpoint.broken("sent results without a transcript");
    }

    private void tell(String interim) {
        String stable = String.join(" ", finals);
        String text = stable.isEmpty() || interim.isEmpty() ? stable + interim : stable + " " + interim;
        if (!text.isEmpty()) {
            utterance.partial(text, stable.length());
        }
    }

    private void addWords(JsonObject best) {
        if (!(best.getValue("words") instanceof JsonArray heard)) {
            return;
        }
        for (Object each : heard) {
            if (each instanceof JsonObject word) {
                double sure = number(word, "confidence");
                confidence += sure;
                Object text = word.getValue("punctuated_word", word.getValue("word"));
                words.add(new Transcript.Word(String.valueOf(text), millis(word, "start"), millis(word, "end"), sure));
            }
        }
    }

    private static int millis(JsonObject word, String key) {
        return (int) Math.round(number(word, key) * 1_000);
    }

    private static double number(JsonObject json, String key) {
        return json.getValue(key) instanceof Number number ? number.doubleValue() : 0;
    }

    private void finish() {
        if (!ended) {
            throw SpeechFailure.unreachable(endpoint.engine() + " ended the stream while somebody spoke.");
        }
        socket.close();
        utterance.succeed(
                new Transcript(String.join(" ", finals), words, words.isEmpty() ? null : confidence / words.size()));
    }

    /** Even in order, it is no end of the transcript: that is the metadata, and who closes before may owe us words. */
    @Override
    public void closed() {
        failed(SpeechFailure.unreachable(
                endpoint.engine() + " closed the connection before its transcript was whole."));
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
        return open ? socket.queuedBytes() : waiting.length();
    }
}
