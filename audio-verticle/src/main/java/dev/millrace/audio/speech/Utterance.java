package dev.millrace.audio.speech;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The recognition that all our engines give out: it bounds what waits, knows the deadline, asks the circuit, and completes
 * the transcript once. An engine brings a {@link Decoding} and says what came of it. Everything is on one event loop; an
 * engine that works elsewhere comes back with {@link #run}.
 */
public final class Utterance implements Recognition {

    private static final int BYTES_PER_MILLI = SpeechToText.RATE / 1_000 * Short.BYTES;

    /** What an engine does with one utterance. Called on the utterance's loop; what it throws fails the utterance. */
    public interface Decoding {

        /** More audio. */
        void take(Buffer pcm);

        /** There is no more audio. */
        void end();

        /** Nobody waits any more. Called at most once, and not after a transcript or a failure that it gave itself. */
        void cancel();

        /** Audio taken and not yet with the engine, in bytes. */
        int queuedBytes();

        /** Whether the engine is being made ready, as for the first utterance of a process. */
        default boolean loading() {
            return false;
        }
    }

    /** An engine that is being made ready is given so many deadlines more: it is slow once, and does not hang. */
    private static final int WHILE_LOADING = 5;

    private static final Decoding NOTHING = new Decoding() {
        @Override
        public void take(Buffer pcm) {}

        @Override
        public void end() {}

        @Override
        public void cancel() {}

        @Override
        public int queuedBytes() {
            return 0;
        }
    };

    private final Supervision supervision;
    private final Context context;
    private final Promise<Transcript> transcript = Promise.promise();
    private Decoding decoding = NOTHING;
    private Handler<Partial> onPartial = partial -> {};
    private Partial last = new Partial("", 0);
    private boolean ended;
    private boolean over;
    private long deadline = -1;

    private Utterance(Supervision supervision) {
        this.supervision = supervision;
        this.context = supervision.vertx().getOrCreateContext();
    }

    /** Begins an utterance, if the engine may be asked. */
    public static Recognition begin(Supervision supervision, Function<Utterance, Decoding> engine) {
        Utterance utterance = new Utterance(supervision);
        SpeechFailure refusal = supervision.refusal();
        if (refusal != null) {
            utterance.over = true;
            utterance.transcript.fail(refusal);
            return utterance;
        }
        try {
            utterance.decoding = engine.apply(utterance);
        } catch (RuntimeException e) {
            utterance.fail(supervision.broken(e));
        }
        return utterance;
    }

    @Override
    public boolean write(Buffer pcm) {
        if (pcm.length() % Short.BYTES != 0) {
            throw new IllegalArgumentException(pcm.length() + " bytes are no whole samples");
        }
        if (over || ended || decoding.queuedBytes() + pcm.length() > MAX_QUEUED_MILLIS * BYTES_PER_MILLI) {
            return false;
        }
        if (pcm.length() > 0) {
            attempt(() -> decoding.take(pcm));
        }
        return !over;
    }

    @Override
    public int queuedMillis() {
        return over ? 0 : decoding.queuedBytes() / BYTES_PER_MILLI;
    }

    @Override
    public void end() {
        if (over || ended) {
            return;
        }
        ended = true;
        await(WHILE_LOADING);
        attempt(decoding::end);
    }

    private void await(int more) {
        deadline = supervision.vertx().setTimer(supervision.deadlineMillis(), due -> {
            if (more > 0 && decoding.loading()) {
                await(more - 1);
            } else {
                stop(supervision.late("transcript"));
            }
        });
    }

    @Override
    public void cancel() {
        stop(SpeechFailure.cancelled());
    }

    @Override
    public Recognition onPartial(Handler<Partial> handler) {
        onPartial = handler;
        return this;
    }

    @Override
    public Future<Transcript> transcript() {
        return transcript.future();
    }

    /** Does it on the utterance's loop: for engines that work on threads of their own. */
    public void run(Runnable task) {
        context.runOnContext(turn -> attempt(task));
    }

    /** A guess, told on unless it says what the last one said. */
    public void partial(String text, int stableChars) {
        Partial partial = new Partial(text, stableChars);
        if (!over && !partial.equals(last)) {
            last = partial;
            onPartial.handle(partial);
        }
    }

    /** The last word, once the end was said: an engine that finds an end of its own waits for ours. */
    public void succeed(Transcript whole) {
        if (settle(null)) {
            transcript.complete(whole);
        }
    }

    /** The other last word. */
    public void fail(SpeechFailure failure) {
        if (settle(failure)) {
            transcript.fail(failure);
        }
    }

    private void stop(SpeechFailure failure) {
        if (!over) {
            Decoding stopped = decoding;
            fail(failure);
            stopped.cancel();
        }
    }

    private void attempt(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            stop(supervision.broken(e));
        }
    }

    private boolean settle(@Nullable SpeechFailure failure) {
        if (over) {
            return false;
        }
        over = true;
        decoding = NOTHING; // whatever it holds of the audio can go
        supervision.vertx().cancelTimer(deadline);
        supervision.settled(failure);
        return true;
    }
}
