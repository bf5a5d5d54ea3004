package dev.millrace.audio.session;

import dev.millrace.audio.speech.Partial;
import dev.millrace.audio.speech.Recognition;
import dev.millrace.audio.speech.SpeechFailure;
import dev.millrace.audio.speech.SpeechToText;
import dev.millrace.audio.speech.Transcript;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Understands what it was told to, in order, and remembers how much it heard. A blank script line is a failure. */
class ScriptedEars implements SpeechToText {

    static final String FAILS = "";

    private final Queue<String> script = new ArrayDeque<>();
    final List<Integer> heardSamples = new CopyOnWriteArrayList<>();

    ScriptedEars(String... texts) {
        script.addAll(List.of(texts));
    }

    @Override
    public Recognition recognize() {
        return new Utterance();
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

    private final class Utterance implements Recognition {

        private final Promise<Transcript> transcript = Promise.promise();
        private Handler<Partial> handler = partial -> {};
        private int samples;

        @Override
        public boolean write(Buffer pcm) {
            if (samples == 0) {
                handler.handle(new Partial("so far", 2));
            }
            samples += pcm.length() / 2;
            return true;
        }

        @Override
        public int queuedMillis() {
            return 0;
        }

        @Override
        public void end() {
            heardSamples.add(samples);
            String text = script.isEmpty() ? "more" : script.remove();
            if (text.equals(FAILS)) {
                transcript.tryFail(SpeechFailure.late("The script says so."));
            } else {
                transcript.tryComplete(Transcript.of(text));
            }
        }

        @Override
        public void cancel() {
            transcript.tryFail(SpeechFailure.cancelled());
        }

        @Override
        public Recognition onPartial(Handler<Partial> partials) {
            handler = partials;
            return this;
        }

        @Override
        public Future<Transcript> transcript() {
            return transcript.future();
        }
    }
}
