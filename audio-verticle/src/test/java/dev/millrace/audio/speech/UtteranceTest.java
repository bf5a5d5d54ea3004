package dev.millrace.audio.speech;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UtteranceTest {

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        Talk.await(vertx.close());
    }

    /** An engine that gives nothing, and is made ready for so many deadlines. */
    private final class Slow implements Utterance.Decoding {

        private int loading;
        private final List<String> asked = new ArrayList<>();

        Slow(int loading) {
            this.loading = loading;
        }

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

        @Override
        public boolean loading() {
            boolean still = loading-- > 0;
            asked.add(still ? "loading" : "ready");
            return still;
        }

        String failure() throws Exception {
            Supervision supervision = new Supervision(vertx, "slow", Duration.ofMillis(5));
            return Talk.failure(Talk.await(vertx.executeBlocking(() -> null)
                            .map(there -> Utterance.begin(supervision, utterance -> this))
                            .map(utterance -> {
                                utterance.end();
                                return utterance.transcript();
                            })))
                    .code();
        }
    }

    @Test
    void anEngineThatIsMadeReadyIsGivenMoreTime() throws Exception {
        Slow engine = new Slow(2);
        assertEquals("engine_timeout", engine.failure());
        assertEquals(List.of("loading", "loading", "ready"), engine.asked);
    }

    @Test
    void anEngineThatIsNeverReadyIsGivenUp() throws Exception {
        Slow engine = new Slow(Integer.MAX_VALUE);
        assertEquals("engine_timeout", engine.failure());
        assertEquals(List.of("loading", "loading", "loading", "loading", "loading"), engine.asked);
    }
}
