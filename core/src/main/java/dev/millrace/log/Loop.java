package dev.millrace.log;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The thread a tail lives on. Tails of one event loop share one of these, so that news of a stream costs one task a
 * loop and not one a reader. (A request's own context will not do as the key: Vert.x makes one for every request.)
 */
public final class Loop {

    private static final ThreadLocal<Loop> OF_THREAD = new ThreadLocal<>();

    private final Context context;
    /** The loop's thread, once it is known; a worker context has one only while a task runs. */
    private volatile @Nullable Thread thread;

    private Loop(Context context) {
        this.context = context;
    }

    /** The loop of the calling thread; off the event loops, a loop of Vert.x's choice. */
    public static Loop current(Vertx vertx) {
        if (!Context.isOnEventLoopThread()) {
            return new Loop(vertx.getOrCreateContext());
        }
        Loop loop = OF_THREAD.get();
        if (loop == null) {
            loop = new Loop(vertx.getOrCreateContext());
            loop.thread = Thread.currentThread();
            OF_THREAD.set(loop);
        }
        return loop;
    }

    /** Runs at once when this is the calling thread's loop, else soon. */
    void run(Runnable task) {
        if (Thread.currentThread() == thread) {
            task.run();
        } else {
            soon(task);
        }
    }

    /** Runs after what the loop is doing now. */
    public void soon(Runnable task) {
        context.runOnContext(ignored -> {
            thread = Thread.currentThread();
            try {
                task.run();
            } finally {
                if (!context.isEventLoopContext()) {
                    thread = null;
                }
            }
        });
    }

    /** Does something on this loop, and brings what comes of it to the loop that asked. */
    public <T> Future<T> call(Supplier<Future<T>> what) {
        Loop asker = current(context.owner());
        Promise<T> answer = Promise.promise();
        soon(() -> what.get()
                .onComplete(done -> asker.run(() -> {
                    if (done.succeeded()) {
                        answer.complete(done.result());
                    } else {
                        answer.fail(done.cause());
                    }
                })));
        return answer.future();
    }
}
