package dev.millrace.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Generation;
import dev.millrace.agent.model.Model;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.ToolSource;
import dev.millrace.agent.openai.Endpoint;
import dev.millrace.agent.openai.StandIn;
import dev.millrace.agent.openai.StandIn.End;
import dev.millrace.agent.openai.StandIn.Exchange;
import dev.millrace.agent.openai.StandIn.Script;
import dev.millrace.agent.openai.Timeouts;
import dev.millrace.agent.openai.UpstreamModel;
import dev.millrace.agent.openai.Wire;
import dev.millrace.agent.time.Clock;
import dev.millrace.event.Entry;
import dev.millrace.feed.Happenings;
import dev.millrace.log.MemoryLog;
import dev.millrace.log.StreamName;
import dev.millrace.rescue.LostRuns;
import dev.millrace.rescue.Register;
import dev.millrace.run.AgentBus;
import dev.millrace.run.StartRun;
import dev.millrace.run.StartRun.IfRunning;
import dev.millrace.run.Started;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A whole agent with a model's server behind a real connection, and a log that does not answer while a test holds it. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
@DisplayName("A log that is behind")
class SlowLogTest {

    /** As many turns of the loop as would read hundreds of megabytes, a read of one connection each. */
    private static final int TURNS = 5_000;

    /** What one read may bring when the model has just been told to wait. In characters. */
    private static final int ONE_READ = 1 << 20;

    private Vertx vertx;
    private Context context;
    private HeldLog log;
    private MemoryLog memory;
    private Agent agent;
    private StandIn server;
    private Counting model;

    /** Counts what the agent was given, and keeps none of it. */
    private static final class Counting implements Model {

        private final Model model;
        private volatile long characters;

        Counting(Model model) {
            this.model = model;
        }

        @Override
        public String name() {
            return model.name();
        }

        @Override
        public Generation generate(Prompt prompt) {
            Generation inner = model.generate(prompt);
            return new Generation() {
                @Override
                public void cancel() {
                    inner.cancel();
                }

                @Override
                public Generation handler(@Nullable Handler<Delta> handler) {
                    inner.handler(delta -> {
                        characters +=
                                delta instanceof Delta.Text text ? text.text().length() : 0;
                        if (handler != null) {
                            handler.handle(delta);
                        }
                    });
                    return this;
                }

                @Override
                public Generation exceptionHandler(@Nullable Handler<Throwable> handler) {
                    inner.exceptionHandler(handler);
                    return this;
                }

                @Override
                public Generation endHandler(@Nullable Handler<Void> handler) {
                    inner.endHandler(handler);
                    return this;
                }

                @Override
                public Generation pause() {
                    inner.pause();
                    return this;
                }

                @Override
                public Generation resume() {
                    inner.resume();
                    return this;
                }

                @Override
                public Generation fetch(long amount) {
                    inner.fetch(amount);
                    return this;
                }
            };
        }
    }

    @BeforeEach
    void set(Vertx vertx) {
        this.vertx = vertx;
        context = vertx.getOrCreateContext();
        server = StandIn.start(vertx);
        Clock clock = Clock.system(vertx);
        memory = new MemoryLog(vertx, clock::millis, Map.of(), 256 << 20);
        log = new HeldLog(memory);
        Duration any = Duration.ofMinutes(5);
        UpstreamModel upstream = new UpstreamModel(
                vertx,
                new UpstreamModel.Config(
                        List.of(new Endpoint(URI.create(server.url()), "m", null, Map.of())),
                        "",
                        false,
                        new Timeouts(any, any, any),
                        1));
        model = new Counting(upstream);
        Happenings told = Happenings.to(memory, "", "node0001", clock::millis);
        LostRuns lostRuns = new LostRuns(log, clock::millis, told);
        agent = on(() -> new Agent(
                new Surroundings(clock, log, "node0001", told, lostRuns, Register.NONE),
                new Limits(10, any, any, any, 1_000, 0, 0),
                new Answering(model, new HandRetriever(), clock, List.of(), ToolSource.NONE, List.of()),
                new Elsewhere(log, new AgentBus(vertx.eventBus()), lostRuns)));
    }

    private <T> T on(Callable<T> task) {
        Promise<T> done = Promise.promise();
        context.runOnContext(now -> {
            try {
                done.complete(task.call());
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return await(done.future());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Every context's loop goes round, and reads what its connections have. */
    private void turn(int turns) {
        for (int i = 0; i < turns; i++) {
            on(() -> true);
        }
    }

    @Test
    @DisplayName("holds the model's server back, however much that has to say, and loses nothing")
    void held() {
        server.answers(Script.stream("").ending(End.OPEN));
        Started run = await(on(() -> agent.start(new StartRun(
                Stage.ANNA,
                "Talk.",
                null,
                true,
                IfRunning.ENQUEUE,
                null,
                List.of(),
                new JsonObject(),
                null,
                "digest"))));
        Exchange exchange = server.take();
        on(() -> {
            log.hold();
            return true;
        });
        String piece = "y".repeat(1 << 14);
        int pieces = 2_000;
        for (int i = 0; i < pieces; i++) {
            exchange.send(Wire.say(piece));
        }
        exchange.send(Wire.STOP + Wire.USAGE + Wire.DONE).end();
        turn(TURNS);
        assertTrue(exchange.isHeldUp(), "the server has " + pieces + " pieces, and nobody takes them");
        long taken = model.characters;
        assertTrue(taken >= Composing.MOST_UNSTORED, () -> "only " + taken + " were taken");
        assertTrue(taken <= Composing.MOST_UNSTORED + ONE_READ, () -> taken + " were taken, and none is stored");
        on(() -> {
            log.release();
            return true;
        });
        StreamName stream = StreamName.run(run.run());
        while (!await(memory.head(stream)).closed()) {
            turn(1);
        }
        Entry lastWord = await(memory.head(stream)).lastWord();
        assertEquals(
                (long) pieces << 14,
                new JsonObject(java.util.Objects.requireNonNull(lastWord).data()).getLong("text_length"));
    }
}
