package dev.millrace.audio.session;

import dev.millrace.audio.speech.SpeechChunk;
import dev.millrace.audio.speech.SpeechFailure;
import dev.millrace.audio.speech.Synthesis;
import dev.millrace.audio.speech.TextToSpeech;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Says every sentence with a second of sound, in chunks of 100 ms, when it is asked for them. */
final class ScriptedVoice implements TextToSpeech {

    private static final int CHUNKS = 10;

    final List<String> said = new CopyOnWriteArrayList<>();
    private final String breaksAt;

    /** @param breaksAt a sentence that cannot be said */
    ScriptedVoice(String breaksAt) {
        this.breaksAt = breaksAt;
    }

    @Override
    public int rate() {
        return 16_000;
    }

    @Override
    public Synthesis synthesize(String sentence) {
        said.add(sentence);
        return new Saying(sentence.equals(breaksAt));
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public String about() {
        return "scripted";
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }

    private static final class Saying implements Synthesis {

        private final boolean breaks;
        private Handler<SpeechChunk> handler = chunk -> {};
        private Handler<Void> end = done -> {};
        private Handler<Throwable> failure = cause -> {};
        private long demand = Long.MAX_VALUE;
        private int given;
        private boolean over;

        Saying(boolean breaks) {
            this.breaks = breaks;
        }

        @Override
        public void cancel() {
            over = true;
        }

        @Override
        public ReadStream<SpeechChunk> handler(Handler<SpeechChunk> handler) {
            this.handler = handler;
            return this;
        }

        @Override
        public ReadStream<SpeechChunk> pause() {
            demand = 0;
            return this;
        }

        @Override
        public ReadStream<SpeechChunk> resume() {
            return fetch(Long.MAX_VALUE);
        }

        @Override
        public ReadStream<SpeechChunk> fetch(long amount) {
            demand += amount;
            Vertx.currentContext().runOnContext(later -> give());
            return this;
        }

        private void give() {
            while (demand > 0 && !over) {
                demand--;
                if (breaks) {
                    over = true;
                    failure.handle(SpeechFailure.broken("The script says so."));
                } else {
                    handler.handle(new SpeechChunk(Buffer.buffer(new byte[3200]), List.of()));
                    if (++given == CHUNKS) {
                        over = true;
                        end.handle(null);
                    }
                }
            }
        }

        @Override
        public ReadStream<SpeechChunk> endHandler(Handler<Void> handler) {
            end = handler;
            return this;
        }

        @Override
        public ReadStream<SpeechChunk> exceptionHandler(Handler<Throwable> handler) {
            failure = handler;
            return this;
        }
    }
}
