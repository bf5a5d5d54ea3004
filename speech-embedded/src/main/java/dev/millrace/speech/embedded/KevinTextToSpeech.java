package dev.millrace.speech.embedded;

import dev.millrace.audio.speech.SpeechChunk;
import dev.millrace.audio.speech.SpeechFailure;
import dev.millrace.audio.speech.SpokenSentence;
import dev.millrace.audio.speech.Supervision;
import dev.millrace.audio.speech.Synthesis;
import dev.millrace.audio.speech.TextToSpeech;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Speaks with FreeTTS. A sentence takes a few milliseconds, a hundredth of its length, so few threads with a voice each
 * speak for many sessions, and a sentence waits its turn.
 */
final class KevinTextToSpeech implements TextToSpeech {

    private static final int VOICES = 2;
    private static final int MAX_WAITING = 256;

    private final Supervision supervision;
    private final WorkerExecutor workers;
    private final ConcurrentLinkedQueue<KevinVoice> idle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();

    KevinTextToSpeech(Vertx vertx, Duration deadline) {
        this.supervision = new Supervision(vertx, name(), deadline);
        this.workers = vertx.createSharedWorkerExecutor("speech-embedded-tts-" + System.identityHashCode(this), VOICES);
    }

    @Override
    public String name() {
        return "embedded";
    }

    @Override
    public String about() {
        return "embedded (FreeTTS, voice kevin16)";
    }

    @Override
    public boolean demo() {
        return true;
    }

    @Override
    public int rate() {
        return KevinVoice.RATE;
    }

    @Override
    public Future<Void> warm() {
        return idle.isEmpty()
                ? workers.executeBlocking(() -> idle.add(KevinVoice.load()), false)
                        .mapEmpty()
                : Future.succeededFuture();
    }

    @Override
    public Synthesis synthesize(String sentence) {
        return SpokenSentence.begin(supervision, rate(), spoken -> {
            if (underWay.incrementAndGet() > MAX_WAITING) {
                underWay.decrementAndGet();
                throw SpeechFailure.busy("The embedded voice has " + MAX_WAITING + " sentences to speak.");
            }
            Telling telling = new Telling(spoken);
            workers.executeBlocking(() -> speak(sentence, telling), false).onComplete(done -> {
                underWay.decrementAndGet();
                if (done.succeeded()) {
                    // Behind the audio, which is on its way to this loop: of a thread that is done already, this is
                    // told at
                    // once.
                    spoken.run(spoken::end);
                } else {
                    spoken.fail(SpeechFailure.broken("The embedded voice failed: " + done.cause()));
                }
            });
            return telling;
        });
    }

    private Void speak(String sentence, Telling telling) {
        KevinVoice voice = idle.poll();
        if (voice == null) {
            voice = KevinVoice.load();
        }
        voice.speak(sentence, telling); // a voice that threw is not used again
        idle.add(voice);
        return null;
    }

    @Override
    public Future<Void> close() {
        return workers.close().onComplete(closed -> {
            // No method reference: it would load the class of a voice that nobody has used.
            for (KevinVoice voice : idle) {
                voice.close();
            }
        });
    }

    /** Brings what the voice says from its thread to the sentence's loop. */
    private static final class Telling implements KevinVoice.Listener, SpokenSentence.Source {

        private final SpokenSentence sentence;
        private volatile boolean cancelled;

        Telling(SpokenSentence sentence) {
            this.sentence = sentence;
        }

        @Override
        public boolean audio(Buffer pcm) {
            sentence.run(() -> sentence.audio(pcm));
            return !cancelled;
        }

        @Override
        public void mark(SpeechChunk.Mark mark) {
            sentence.run(() -> sentence.mark(mark));
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
