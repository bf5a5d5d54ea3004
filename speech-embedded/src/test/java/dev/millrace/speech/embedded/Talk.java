package dev.millrace.speech.embedded;

import dev.millrace.audio.speech.Partial;
import dev.millrace.audio.speech.Recognition;
import dev.millrace.audio.speech.SpeechChunk;
import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.speech.Synthesis;
import dev.millrace.audio.speech.TextToSpeech;
import dev.millrace.audio.speech.Transcript;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Talks to engines as a session does: on an event loop, frame by frame. */
final class Talk {

    /** Beside the repository, here and where it is built for everybody. */
    static final Path SPEECH = Path.of("..", "..", "shared", "audio", "speech");

    private static final int FRAME_BYTES = 640;
    private static final int RIFF_HEADER_BYTES = 44;

    private final Vertx vertx;

    Talk(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Gives the engine an utterance as fast as it takes it. */
    Future<Transcript> hear(SpeechToText engine, Buffer pcm, List<Partial> partials) {
        Promise<Transcript> heard = Promise.promise();
        vertx.getOrCreateContext().runOnContext(turn -> {
            Recognition recognition = engine.recognize().onPartial(partials::add);
            recognition.transcript().onComplete(heard);
            write(recognition, pcm, 0);
        });
        return heard.future();
    }

    private void write(Recognition recognition, Buffer pcm, int from) {
        int at = from;
        while (at < pcm.length()) {
            if (!recognition.write(pcm.getBuffer(at, Math.min(pcm.length(), at + FRAME_BYTES)))) {
                int rest = at;
                if (!recognition.transcript().isComplete()) {
                    vertx.setTimer(5, later -> write(recognition, pcm, rest));
                }
                return;
            }
            at += FRAME_BYTES;
        }
        recognition.end();
    }

    /** Has a sentence spoken, as fast as it comes. */
    Future<List<SpeechChunk>> say(TextToSpeech engine, String sentence) {
        Promise<List<SpeechChunk>> said = Promise.promise();
        vertx.getOrCreateContext().runOnContext(turn -> {
            List<SpeechChunk> chunks = new ArrayList<>();
            Synthesis synthesis = engine.synthesize(sentence);
            synthesis.exceptionHandler(said::tryFail);
            synthesis.endHandler(end -> said.tryComplete(chunks));
            synthesis.handler(chunks::add);
        });
        return said.future();
    }

    static Buffer joined(List<SpeechChunk> chunks) {
        Buffer all = Buffer.buffer();
        chunks.forEach(chunk -> all.appendBuffer(chunk.pcm()));
        return all;
    }

    static Buffer wav(Path file) throws IOException {
        Buffer bytes = Buffer.buffer(Files.readAllBytes(file));
        return bytes.getBuffer(RIFF_HEADER_BYTES, bytes.length());
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
