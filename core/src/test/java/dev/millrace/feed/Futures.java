package dev.millrace.feed;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.run.Refusal;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/** Waiting for what another thread does. */
final class Futures {

    private Futures() {}

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static Refusal refused(Future<?> future) {
        return assertThrows(Refusal.class, () -> await(future));
    }
}
