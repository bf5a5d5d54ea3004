package dev.millrace.speech.embedded;

import dev.millrace.audio.speech.Partial;
import dev.millrace.audio.speech.SpeechChunk;
import dev.millrace.audio.speech.SpeechFailure;
import dev.millrace.audio.speech.Transcript;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The recognizers, each made when it is first needed. Two utterances at a time are listened to as they come, and hold a
 * recognizer for as long as somebody speaks; a third recognizer decodes, one after the other, those that had to wait until
 * their end. Thread-safe.
 */
final class DecoderPool {

    private static final int LIVE = 2;
    private static final int DECODERS = LIVE + 1;
    private static final int MAX_WAITING = 64;

    private final Grammar grammar;
    private final WorkerExecutor workers;
    private final Deque<SphinxDecoder> idle = new ArrayDeque<>();
    private int live;
    private int made;
    private int underWay;
    private int sessions;
    /** Recognizers that are being made before somebody needs them. */
    private int warming;

    private boolean closed;

    DecoderPool(Vertx vertx, Grammar grammar) {
        this.grammar = grammar;
        // The threads are made with their first task. An utterance may take its minute, and that is no blocked thread.
        this.workers = vertx.createSharedWorkerExecutor(
                "speech-embedded-stt-" + System.identityHashCode(this), DECODERS, 5, TimeUnit.MINUTES);
    }

    /** Whether there is a recognizer for somebody who will speak on; given back with {@link #release}. */
    synchronized boolean reserve() {
        if (live == LIVE) {
            return false;
        }
        live++;
        return true;
    }

    synchronized void release() {
        live--;
    }

    /** Whether the first recognizer is there: until then what waits is no lag of it. */
    synchronized boolean loaded() {
        return made > 0;
    }

    /** Decodes on a thread of the pool, until the stream ends. */
    Future<Transcript> decode(FrameStream audio, Consumer<Partial> partials) {
        synchronized (this) {
            if (closed || underWay == MAX_WAITING) {
                return Future.failedFuture(SpeechFailure.busy(
                        "The embedded recognizer has " + underWay + " utterances to decode; try again in a second."));
            }
            underWay++;
        }
        return workers.executeBlocking(() -> decodeNow(audio, partials), false).onComplete(done -> finished());
    }

    private synchronized void finished() {
        underWay--;
    }

    /**
     * For each session that begins, one recognizer more is made, as many as can listen at a time. The first utterance of
     * one gives its guesses late, so each is given a spoken one to begin with.
     */
    Future<Void> warm() {
        synchronized (this) {
            if (closed || sessions == LIVE) {
                return Future.succeededFuture();
            }
            sessions++;
        }
        return workers.executeBlocking(
                        () -> {
                            giveBack(warmed());
                            return null;
                        },
                        false)
                .onFailure(cause -> forget())
                .mapEmpty();
    }

    private synchronized void forget() {
        sessions--;
    }

    private SphinxDecoder warmed() throws InterruptedIOException {
        synchronized (this) {
            warming++;
        }
        try {
            return make();
        } finally {
            synchronized (this) {
                warming--;
                notifyAll();
            }
        }
    }

    private Transcript decodeNow(FrameStream audio, Consumer<Partial> partials) throws InterruptedIOException {
        SphinxDecoder decoder = take();
        Transcript transcript = decoder.decode(audio, partials); // one that threw is not used again
        giveBack(decoder);
        return transcript;
    }

    /** Waits for one that is being made: a second one made beside it would take twice as long, and so would the first. */
    private SphinxDecoder take() throws InterruptedIOException {
        synchronized (this) {
            try {
                while (idle.isEmpty() && warming > 0) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new InterruptedIOException("stopped while a recognizer was made");
            }
            SphinxDecoder decoder = idle.poll();
            if (decoder != null) {
                return decoder;
            }
        }
        return make();
    }

    private SphinxDecoder make() throws InterruptedIOException {
        SphinxDecoder decoder = SphinxDecoder.load(grammar);
        FrameStream spoken = new FrameStream();
        KevinVoice voice = KevinVoice.load();
        voice.speak("How do I change the port?", new KevinVoice.Listener() {
            @Override
            public boolean audio(Buffer pcm) {
                spoken.add(pcm);
                return true;
            }

            @Override
            public void mark(SpeechChunk.Mark mark) {}
        });
        voice.close();
        spoken.end();
        decoder.decode(spoken, guess -> {});
        synchronized (this) {
            made++;
        }
        return decoder;
    }

    private synchronized void giveBack(SphinxDecoder decoder) {
        if (closed || idle.size() == DECODERS) {
            decoder.close();
        } else {
            idle.push(decoder);
            notifyAll();
        }
    }

    Future<Void> close() {
        synchronized (this) {
            closed = true;
            // No method reference: it would load the class of a decoder that nobody has used.
            for (SphinxDecoder decoder : idle) {
                decoder.close();
            }
            idle.clear();
        }
        return workers.close();
    }
}
