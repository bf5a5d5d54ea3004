package dev.millrace.agent.extractive;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Generation;
import dev.millrace.agent.time.Clock;
import dev.millrace.agent.time.Clock.Bell;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finished answer, given out as a model would: token by token, at a pace, as far as there is demand. Everything happens
 * on one context; call it from there.
 */
final class PacedGeneration implements Generation {

    /** Unpaced, so many deltas go out before the event loop gets a turn for others. */
    private static final int BURST = 64;

    private final Context context;
    private final Clock clock;
    private final int millisPerToken;

    private List<Delta> deltas = List.of();
    private int next;
    private boolean begun;
    private boolean over;
    private @Nullable Throwable untold;

    /** Whether the pace lets the next token go. True at first: the first token waits for nothing. */
    private boolean due = true;

    /** Whether a turn of {@link #flow} is already on its way, so that a resume does not start a second one. */
    private boolean scheduled;

    private boolean flowing;
    private Bell pace = Bell.NONE;
    private long demand = Long.MAX_VALUE;

    private @Nullable Handler<Delta> onDelta;
    private @Nullable Handler<Throwable> onException;
    private @Nullable Handler<Void> onEnd;

    PacedGeneration(Context context, Clock clock, int millisPerToken) {
        this.context = context;
        this.clock = clock;
        this.millisPerToken = millisPerToken;
    }

    void begin(List<Delta> answer) {
        deltas = answer;
        begun = true;
        flow();
    }

    void fail(Throwable cause) {
        if (over) {
            return;
        }
        stop();
        untold = cause;
        tell();
    }

    /** A failure waits for somebody to tell it to. */
    private void tell() {
        Throwable cause = untold;
        if (cause != null && onException != null) {
            untold = null;
            onException.handle(cause);
        }
    }

    @Override
    public void cancel() {
        untold = null;
        stop();
    }

    @Override
    public Generation handler(@Nullable Handler<Delta> handler) {
        onDelta = handler;
        // Not at once: the end and exception handlers are set after this one.
        schedule();
        return this;
    }

    @Override
    public Generation endHandler(@Nullable Handler<Void> handler) {
        onEnd = handler;
        return this;
    }

    @Override
    public Generation exceptionHandler(@Nullable Handler<Throwable> handler) {
        onException = handler;
        if (untold != null) {
            context.runOnContext(turn -> tell());
        }
        return this;
    }

    @Override
    public Generation pause() {
        demand = 0;
        return this;
    }

    @Override
    public Generation resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public Generation fetch(long amount) {
        demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
        schedule();
        return this;
    }

    private void schedule() {
        if (!scheduled && !over && begun) {
            scheduled = true;
            context.runOnContext(turn -> {
                scheduled = false;
                flow();
            });
        }
    }

    /** Gives out what demand and pace allow. A handler may pause, fetch or cancel from within. */
    private void flow() {
        if (flowing) {
            return;
        }
        flowing = true;
        try {
            for (int i = 0; mayGo(); i++) {
                if (i == BURST) {
                    schedule();
                    return;
                }
                give();
            }
        } catch (RuntimeException e) {
            if (over) {
                throw e;
            }
            fail(e); // the reader threw: its answer is over, and it is told so once
        } finally {
            flowing = false;
        }
    }

    private boolean mayGo() {
        return begun && !over && demand > 0 && onDelta != null && (due || next == deltas.size());
    }

    private void give() {
        if (next == deltas.size()) {
            stop();
            if (onEnd != null) {
                onEnd.handle(null);
            }
            return;
        }
        Delta delta = deltas.get(next++);
        demand = demand == Long.MAX_VALUE ? demand : demand - 1;
        if (delta instanceof Delta.Text && millisPerToken > 0) {
            due = false;
            pace = clock.in(millisPerToken, () -> {
                due = true;
                flow();
            });
        }
        if (onDelta != null) {
            onDelta.handle(delta);
        }
    }

    private void stop() {
        over = true;
        pace.silence();
    }
}
