package dev.millrace.audio.speech;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The synthesis that all our engines give out: it cuts the audio into chunks of whole samples, gives them out by demand,
 * holds the engine back when it is ahead, and knows the deadline and the circuit. Everything is on one event loop; an
 * engine that works elsewhere comes back with {@link #run}.
 */
public final class SpokenSentence implements Synthesis {

    /** So many chunks of what an engine is ahead by are kept here, a second of speech; then it is told to pause. */
    private static final int AHEAD = 10;

    /** Where the audio comes from. Called on the sentence's loop. */
    public interface Source {

        /** Enough for now; what comes nevertheless is kept. */
        default void pause() {}

        /** More, please. */
        default void resume() {}

        /** Nobody listens any more. Called at most once, and not after an end or a failure that it gave itself. */
        void cancel();
    }

    private static final Source NOTHING = () -> {};

    private final Supervision supervision;
    private final Context context;
    private final ChunkQueue chunks;

    private Source source = NOTHING;
    private boolean sourcePaused;
    private boolean ended;
    private boolean over;
    private @Nullable SpeechFailure untold;

    private long demand = Long.MAX_VALUE;
    private boolean scheduled;
    private boolean flowing;
    private long deadline = -1;
    private long waitingSince = Supervision.millis();

    private @Nullable Handler<SpeechChunk> onChunk;
    private @Nullable Handler<Throwable> onException;
    private @Nullable Handler<Void> onEnd;

    private SpokenSentence(Supervision supervision, int rate) {
        this.supervision = supervision;
        this.context = supervision.vertx().getOrCreateContext();
        this.chunks = new ChunkQueue(rate);
    }

    /** Begins a sentence, if the engine may be asked. */
    public static Synthesis begin(Supervision supervision, int rate, Function<SpokenSentence, Source> engine) {
        SpokenSentence sentence = new SpokenSentence(supervision, rate);
        SpeechFailure refusal = supervision.refusal();
        if (refusal != null) {
            sentence.over = true;
            sentence.tell(refusal);
            return sentence;
        }
        sentence.await(supervision.deadlineMillis());
        try {
            sentence.source = engine.apply(sentence);
        } catch (RuntimeException e) {
            sentence.fail(supervision.broken(e));
        }
        return sentence;
    }

    /** Does it on the sentence's loop: for engines that work on threads of their own. */
    public void run(Runnable task) {
        context.runOnContext(turn -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                stop(supervision.broken(e));
            }
        });
    }

    /** Where the text is, to be said before the audio of that sample is given; in order. */
    public void mark(SpeechChunk.Mark mark) {
        chunks.mark(mark);
    }

    /** More audio, cut anywhere, even within a sample. */
    public void audio(Buffer pcm) {
        if (over || ended) {
            return;
        }
        chunks.add(pcm);
        waitingSince = Supervision.millis();
        if (!sourcePaused && chunks.fullChunks() >= AHEAD) {
            sourcePaused = true;
            source.pause();
        }
        flow();
    }

    /** The sentence is whole. A half sample that is left over is dropped. */
    public void end() {
        ended = true;
        flow();
    }

    /** It will not be whole. What was not given out yet is dropped: the rest of the sentence is missing anyway. */
    public void fail(SpeechFailure failure) {
        if (settle(failure)) {
            chunks.clear();
            tell(failure);
        }
    }

    /** How many samples there were so far. */
    public long samples() {
        return chunks.samples();
    }

    @Override
    public void cancel() {
        untold = null;
        onException = null;
        onEnd = null;
        stop(SpeechFailure.cancelled());
    }

    private void stop(SpeechFailure failure) {
        if (!over) {
            Source stopped = source;
            fail(failure);
            stopped.cancel();
        }
    }

    @Override
    public Synthesis handler(@Nullable Handler<SpeechChunk> handler) {
        onChunk = handler;
        schedule(); // and not at once: the other handlers are set after this one
        return this;
    }

    @Override
    public Synthesis endHandler(@Nullable Handler<Void> handler) {
        onEnd = handler;
        return this;
    }

    @Override
    public Synthesis exceptionHandler(@Nullable Handler<Throwable> handler) {
        onException = handler;
        SpeechFailure failure = untold;
        if (failure != null) {
            context.runOnContext(turn -> tell(failure));
        }
        return this;
    }

    @Override
    public Synthesis pause() {
        demand = 0;
        return this;
    }

    @Override
    public Synthesis resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public Synthesis fetch(long amount) {
        demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
        schedule();
        return this;
    }

    private void schedule() {
        if (!scheduled && !over) {
            scheduled = true;
            context.runOnContext(turn -> {
                scheduled = false;
                flow();
            });
        }
    }

    /** Gives out what demand allows. A handler may pause, fetch or cancel from within. */
    private void flow() {
        if (flowing) {
            return;
        }
        flowing = true;
        try {
            give();
        } finally {
            flowing = false;
        }
        if (ended && chunks.isEmpty() && onChunk != null && settle(null)) {
            if (onEnd != null) {
                onEnd.handle(null);
            }
        } else if (sourcePaused && !over && chunks.fullChunks() <= AHEAD / 2) {
            sourcePaused = false;
            source.resume();
        }
    }

    private void give() {
        while (onChunk != null && demand > 0) {
            SpeechChunk chunk = chunks.poll();
            if (chunk == null) {
                return;
            }
            waitingSince = Supervision.millis();
            demand = demand == Long.MAX_VALUE ? demand : demand - 1;
            onChunk.handle(chunk);
        }
    }

    /** A failure waits for somebody to tell it to. */
    private void tell(SpeechFailure failure) {
        untold = failure;
        if (onException != null) {
            untold = null;
            onException.handle(failure);
        }
    }

    /** Time that the reader takes is not the engine's. */
    private void await(long millis) {
        deadline = supervision.vertx().setTimer(Math.max(1, millis), due -> {
            long left = ended || sourcePaused || !chunks.isEmpty()
                    ? supervision.deadlineMillis()
                    : waitingSince + supervision.deadlineMillis() - Supervision.millis();
            if (left > 0) {
                await(left);
            } else {
                stop(supervision.late("speech"));
            }
        });
    }

    private boolean settle(@Nullable SpeechFailure failure) {
        if (over) {
            return false;
        }
        over = true;
        source = NOTHING;
        supervision.vertx().cancelTimer(deadline);
        supervision.settled(failure);
        return true;
    }
}
