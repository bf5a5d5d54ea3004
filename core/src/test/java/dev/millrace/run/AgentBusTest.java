package dev.millrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AgentBusTest {

    private static final String NODE = "node0001";
    private static final String RUN =
            OwnedId.newRun(new Owner("default", "ada"), NODE).text();

    private static final Owner ADA = new Owner("default", "ada");
    private static final StartRun QUESTION = new StartRun(
            ADA, "a", null, false, StartRun.IfRunning.ENQUEUE, null, null, new JsonObject(), null, "digest");

    private static final Amendment RENAMED = new Amendment("Rye", null);
    private static final Input YES = new Input("in_1", "req_1", Input.Kind.APPROVED, true);

    private final Vertx vertx = Vertx.vertx();
    private final AgentBus bus = new AgentBus(vertx.eventBus());

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    /** An agent that does what a test says. */
    private static class Scripted implements Agents {

        final Promise<String> cancelled = Promise.promise();

        @Override
        public Future<Started> start(StartRun request) {
            return Future.succeededFuture(new Started("run_" + request.message(), "ses_1"));
        }

        @Override
        public Future<Void> cancel(String run) {
            cancelled.tryComplete(run);
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> input(String run, Input input) {
            return run.equals(RUN) && input.equals(YES)
                    ? Future.succeededFuture()
                    : Future.failedFuture(Refusal.runOver());
        }

        @Override
        public Future<Void> amend(Owner owner, String session, Amendment amendment) {
            return amendment.equals(RENAMED)
                    ? Future.succeededFuture()
                    : Future.failedFuture(new Refusal(404, "unknown_message", "none"));
        }

        @Override
        public Future<Void> heard(String session, String run, String text) {
            return (session + run + text).equals("ses_1" + RUN + "Six d")
                    ? Future.succeededFuture()
                    : Future.failedFuture(new Refusal(404, "not_found", "gone"));
        }

        @Override
        public Future<Void> erase(Owner owner, String session) {
            return owner.equals(ADA) && session.equals("ses_1")
                    ? Future.succeededFuture()
                    : Future.failedFuture(new Refusal(404, "not_found", "gone"));
        }
    }

    @Test
    void aQuestionReachesTheAgentAndItsAnswerComesBack() throws Exception {
        Scripted agent = new Scripted();
        AgentBus.serve(vertx.eventBus(), NODE, agent);
        assertEquals(new Started("run_a", "ses_1"), await(bus.start(QUESTION)));
        await(bus.cancel(RUN));
        assertEquals(RUN, await(agent.cancelled.future()));
        await(bus.input(RUN, YES));
        assertEquals(
                "run_over",
                refusal(bus.input(RUN, new Input("in_1", null, Input.Kind.TEXT, "Yes.")))
                        .code());
        await(bus.amend(ADA, "ses_1", RENAMED));
        assertEquals(
                "unknown_message",
                refusal(bus.amend(ADA, "ses_1", new Amendment(null, "msg_x"))).code());
        await(bus.heard("ses_1", RUN, "Six d"));
        await(bus.erase(ADA, "ses_1"));
        assertEquals(404, refusal(bus.erase(ADA, "ses_2")).status());
    }

    @Test
    void anAgentThatLeavesTheCallsIsStillToldWhatConcernsItsRuns() throws Exception {
        Scripted agent = new Scripted();
        AgentService service = AgentBus.serve(vertx.eventBus(), NODE, agent);
        await(service.leaveCalls());
        assertEquals("no_agent", refusal(bus.start(QUESTION)).code());
        await(bus.cancel(RUN));
        await(service.close());
        assertEquals("no_agent", refusal(bus.cancel(RUN)).code());
    }

    @Test
    void withoutAnAgentIsARefusalThatMayBeTriedAgain() throws Exception {
        for (Future<?> asked : new Future<?>[] {bus.start(QUESTION), bus.erase(ADA, "ses_1"), bus.cancel(RUN)}) {
            Refusal refusal = refusal(asked);
            assertEquals(503, refusal.status());
            assertEquals("no_agent", refusal.code());
            assertEquals(
                    "No agent is running; start one with the role agent, or try again in a moment.",
                    refusal.getMessage());
        }
    }

    @Test
    void aRefusalCrossesTheBusWithStatusCodeAndMore() throws Exception {
        AgentBus.serve(vertx.eventBus(), NODE, new Scripted() {
            @Override
            public Future<Started> start(StartRun request) {
                return Future.failedFuture(
                        new Refusal(409, "run_active", "Not now.", new JsonObject().put("run", "run_1")));
            }
        });
        Refusal refusal = refusal(bus.start(QUESTION));
        assertEquals(409, refusal.status());
        assertEquals("run_active", refusal.code());
        assertEquals("Not now.", refusal.getMessage());
        assertEquals("run_1", refusal.more().getString("run"));
    }

    @Test
    void anAgentThatFailsIsA500WhetherItThrowsOrReturns() throws Exception {
        AgentBus.serve(vertx.eventBus(), NODE, new Scripted() {
            @Override
            public Future<Started> start(StartRun request) {
                throw new IllegalStateException("broken");
            }

            @Override
            public Future<Void> erase(Owner owner, String session) {
                return Future.failedFuture(new IllegalStateException("broken"));
            }
        });
        for (Future<?> asked : new Future<?>[] {bus.start(QUESTION), bus.erase(ADA, "ses_1")}) {
            Refusal refusal = refusal(asked);
            assertEquals(500, refusal.status());
            assertEquals("agent_failed", refusal.code());
        }
    }

    @Test
    void anAgentThatDiesWhileItIsAskedCostsNoTimeoutForAnotherIsAsked() throws Exception {
        Promise<Void> asked = Promise.promise();
        AgentService mortal = AgentBus.serve(vertx.eventBus(), NODE, new Scripted() {
            @Override
            public Future<Started> start(StartRun request) {
                asked.complete();
                return Promise.<Started>promise().future();
            }
        });
        Future<Started> started = bus.start(QUESTION);
        await(asked.future());
        await(mortal.close());
        AgentBus.serve(vertx.eventBus(), "node0002", new Scripted());
        bus.gone("node0003");
        bus.gone(NODE);
        assertEquals(new Started("run_a", "ses_1"), await(started));
    }

    @Test
    void anAgentThatDiesWithoutAnotherIsARefusalAtOnce() throws Exception {
        Promise<Void> asked = Promise.promise();
        AgentService mortal = AgentBus.serve(vertx.eventBus(), NODE, new Scripted() {
            @Override
            public Future<Void> cancel(String run) {
                asked.complete();
                return Promise.<Void>promise().future();
            }
        });
        Future<Void> cancelled = bus.cancel(RUN);
        await(asked.future());
        await(mortal.close());
        bus.gone(NODE);
        assertEquals("no_agent", refusal(cancelled).code());
    }

    @Test
    void aFullAgentIsNotAskedTwiceAndAnotherHasThePlace() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        AgentBus.serve(vertx.eventBus(), NODE, new Scripted() {
            @Override
            public Future<Started> start(StartRun request) {
                refused.incrementAndGet();
                return Future.failedFuture(new Refusal(503, "busy", "All places are taken."));
            }
        });
        assertEquals("busy", refusal(bus.start(QUESTION)).code());
        assertEquals(1, refused.get());
        AgentBus.serve(vertx.eventBus(), "node0002", new Scripted());
        for (int i = 0; i < 4; i++) {
            assertEquals(new Started("run_a", "ses_1"), await(bus.start(QUESTION)));
        }
    }

    @Test
    void whoAsksIsAnsweredOnItsOwnLoopEvenByADeath() throws Exception {
        Promise<Void> asked = Promise.promise();
        AgentBus.serve(vertx.eventBus(), NODE, new Scripted() {
            @Override
            public Future<Void> cancel(String run) {
                asked.complete();
                return Promise.<Void>promise().future();
            }
        });
        Promise<Boolean> sameContext = Promise.promise();
        Context context = vertx.getOrCreateContext();
        context.runOnContext(
                go -> bus.cancel(RUN).onComplete(done -> sameContext.complete(Vertx.currentContext() == context)));
        await(asked.future());
        bus.gone(NODE);
        assertEquals(true, await(sameContext.future()));
    }

    private static Refusal refusal(Future<?> asked) {
        ExecutionException failed = assertThrows(ExecutionException.class, () -> await(asked));
        return assertInstanceOf(Refusal.class, failed.getCause());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
