package dev.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Time passes by assignment. */
final class PatienceTest {

    private final Vertx vertx = Vertx.vertx();
    private final List<String> over = new ArrayList<>();
    private long now;
    private final Patience<String> patience = new Patience<>(vertx, () -> now, 100, over::add);

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void endsWithTheLimitAndNotBefore() throws Exception {
        onLoop(() -> {
            patience.begin("ada");
            patience.tick(99);
            assertEquals(List.of(), over);
            patience.tick(100);
            assertEquals(List.of("ada"), over);
            patience.tick(1_000);
            assertEquals(List.of("ada"), over);
        });
    }

    @Test
    void whoPaidIsForgotten() throws Exception {
        onLoop(() -> {
            patience.begin("ada");
            patience.begin("bob");
            patience.end("ada");
            patience.end("nobody");
            patience.tick(100);
            assertEquals(List.of("bob"), over);
        });
    }

    @Test
    void whoBeginsAgainHasAllTheTimeAgainAndComesLast() throws Exception {
        onLoop(() -> {
            patience.begin("ada");
            patience.begin("bob");
            now = 50;
            patience.begin("ada");
            patience.tick(100);
            assertEquals(List.of("bob"), over);
            patience.tick(149);
            assertEquals(List.of("bob"), over);
            patience.tick(150);
            assertEquals(List.of("bob", "ada"), over);
        });
    }

    @Test
    void whatHappensWhenItIsOverMayEndOthersOrBeginAgain() throws Exception {
        onLoop(() -> {
            List<String> ended = new ArrayList<>();
            @SuppressWarnings("unchecked")
            Patience<String>[] self = (Patience<String>[]) new Patience<?>[1];
            self[0] = new Patience<>(vertx, () -> now, 100, name -> {
                ended.add(name);
                self[0].end("bob");
                if (ended.size() == 1) {
                    now = 100;
                    self[0].begin("cyd");
                }
            });
            self[0].begin("ada");
            self[0].begin("bob");
            self[0].tick(100);
            assertEquals(List.of("ada"), ended);
            self[0].tick(200);
            assertEquals(List.of("ada", "cyd"), ended);
        });
    }

    /** Where the timer of the patience runs too, so that the two do not meet. */
    private void onLoop(Runnable test) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        vertx.runOnContext(start -> {
            try {
                test.run();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        done.get(60, TimeUnit.SECONDS);
    }
}
