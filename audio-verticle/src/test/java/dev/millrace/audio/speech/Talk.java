package dev.millrace.audio.speech;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Talks to engines as a session does: on an event loop, frame by frame. */
public final class Talk {

    private static final int FRAME_BYTES = 640;

    private final Vertx vertx;

    public Talk(Vertx vertx) {
        this.vertx = vertx;
    }

    static EngineSettings at(int port, String path, @Nullable Path key, Duration deadline) {
        return new EngineSettings(
                URI.create("http://127.0.0.1:" + port + path), key, "m-1", "en", null, null, null, deadline);
    }

    /** Gives the engine an utterance in frames, and says its end. */
    Future<Transcript> hear(SpeechToText engine, Buffer pcm, List<Partial> partials) {
        Promise<Transcript> heard = Promise.promise();
        vertx.getOrCreateContext().runOnContext(turn -> {
            Recognition recognition = engine.recognize().onPartial(partials::add);
            recognition.transcript().onComplete(heard);
            for (int at = 0; at < pcm.length(); at += FRAME_BYTES) {
                recognition.write(pcm.getBuffer(at, Math.min(pcm.length(), at + FRAME_BYTES)));
            }
            recognition.end();
        });
        return heard.future();
    }

    /** Has a sentence spoken, as fast as it comes. */
    public Future<Buffer> say(TextToSpeech engine, String sentence) {
        Promise<Buffer> said = Promise.promise();
        vertx.getOrCreateContext().runOnContext(turn -> {
            List<SpeechChunk> chunks = new ArrayList<>();
            Synthesis synthesis = engine.synthesize(sentence);
            synthesis.exceptionHandler(said::tryFail);
            synthesis.endHandler(end -> {
                Buffer all = Buffer.buffer();
                chunks.forEach(chunk -> all.appendBuffer(chunk.pcm()));
                said.tryComplete(all);
            });
            synthesis.handler(chunks::add);
        });
        return said.future();
    }

    /** The failure of what must fail. */
    public static SpeechFailure failure(Future<?> future) throws Exception {
        Throwable cause = await(future.transform(done -> Future.succeededFuture(done.cause())));
        if (cause instanceof SpeechFailure failure) {
            return failure;
        }
        throw new AssertionError("no failure of an engine: " + cause);
    }

    public static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    /** Samples that are all different, as long as told. */
    static Buffer samples(int millis) {
        Buffer pcm = Buffer.buffer();
        for (int i = 0; i < SpeechToText.RATE / 1_000 * millis; i++) {
            pcm.appendShortLE((short) i);
        }
        return pcm;
    }
}
