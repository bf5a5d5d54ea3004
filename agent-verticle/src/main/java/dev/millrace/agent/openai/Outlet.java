package dev.millrace.agent.openai;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Generation;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Where an answer comes out: gives on what it is given as far as there is demand, and stops the source when there is
 * none. What the source had under way by then waits here; that is no more than one read of a socket brings.
 *
 * <p>On one context.
 */
final class Outlet implements Generation {

    /** What an answer comes from. */
    interface Source {

        void pause();

        void resume();

        void cancel();
    }

    private final Context context;
    private final Source source;
    private final Queue<Delta> waiting = new ArrayDeque<>();
    private long demand = Long.MAX_VALUE;
    private boolean complete;
    private boolean over;
    private boolean giving;
    private @Nullable Throwable failure;

    private @Nullable Handler<Delta> onDelta;
    private @Nullable Handler<Throwable> onException;
    private @Nullable Handler<Void> onEnd;

    Outlet(Context context, Source source) {
        this.context = context;
        this.source = source;
    }

    void give(Delta delta) {
        if (!over) {
            waiting.add(delta);
            flow();
        }
    }

    /** Nothing follows. */
    void end() {
        complete = true;
        flow();
    }

    void fail(Throwable cause) {
        failure = cause;
        end();
    }

    private void flow() {
        if (giving) {
            return;
        }
        giving = true;
        try {
            while (!over && demand > 0 && !waiting.isEmpty() && onDelta != null) {
                demand -= demand == Long.MAX_VALUE ? 0 : 1;
                onDelta.handle(waiting.remove());
            }
        } catch (RuntimeException e) {
            source.cancel(); // the reader threw: its answer is over, and it is told so once
            waiting.clear();
            fail(e);
        } finally {
            giving = false;
        }
        if (complete && !over && waiting.isEmpty()) {
            last();
        }
    }

    /** The failure also waits for somebody to tell it to. */
    private void last() {
        Throwable cause = failure;
        if (cause == null && onEnd != null) {
            over = true;
            onEnd.handle(null);
        } else if (cause != null && onException != null) {
            over = true;
            onException.handle(cause);
        }
    }

    @Override
    public void cancel() {
        if (!over) {
            over = true;
            waiting.clear();
            source.cancel();
        }
    }

    @Override
    public Generation pause() {
        demand = 0;
        source.pause();
        return this;
    }

    @Override
    public Generation resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public Generation fetch(long amount) {
        demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
        soon();
        return this;
    }

    /** Not at once: whoever sets one handler is about to set the others. */
    private void soon() {
        context.runOnContext(turn -> {
            flow();
            if (demand > 0) {
                source.resume();
            }
        });
    }

    @Override
    public Generation handler(@Nullable Handler<Delta> handler) {
        onDelta = handler;
        soon();
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
        return this;
    }
}
