package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.auth.Caller;
import dev.millrace.sse.SseEvent;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent dies, and nobody reads its runs: they end all the same, and the feed tells of it once. */
@Timeout(120)
class UnwatchedDeathTest {

    private static final JsonObject QUESTION =
            new JsonObject().put("message", Library.WHEEL).put("detach", true);

    private static final String[] PACE = {"--token-pace", "100"};
    private static final String COMPLETED = "/api/events?from=earliest&type=dev.millrace.run.completed.v1";
    private static final int RUNS = 3;

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private Redis redis;

    @BeforeEach
    void start() throws Exception {
        redis = Redis.start(folder, Redis.DURABLE);
    }

    @AfterEach
    void stop() throws Exception {
        redis.close();
        vertx.close().await();
    }

    @Test
    void whoIsLeftEndsTheRunsOfAnAgentThatDiesAndLeavesNothingOfIt() throws Exception {
        try (Fleet fleet = Fleet.over(redis, folder)) {
            Member front = fleet.begin("chat,events");
            Member staying = fleet.begin("agent", PACE);
            SseClient ada = fleet.client(front.awaitReady(), "ada");
            staying.awaitReady();
            SseStream first = begin(ada);
            Member mortal = fleet.start("agent", PACE);
            List<SseStream> doomed = new ArrayList<>();
            while (doomed.size() < RUNS) {
                SseStream run = begin(ada);
                if (!run.writer().equals(first.writer())) {
                    doomed.add(run);
                }
            }
            String register = "millrace:{agent:" + doomed.get(0).writer() + "}:events";
            assertEquals(1, redis.ask(vertx, "exists", register).toLong());
            long killed = System.currentTimeMillis();
            mortal.kill();
            for (int i = 0; i < 4; i++) {
                SseStream next = ada.ask(QUESTION);
                assertEquals(200, next.status(), "nobody is sent away because an agent has just died");
                assertEquals(first.writer(), next.writer());
                next.leave();
            }
            List<SseEvent> told = completed(ada, doomed);
            for (SseEvent event : told) {
                long took = dev.millrace.event.EventId.parse(event.id())
                                .orElseThrow()
                                .millis()
                        - killed;
                assertTrue(took < 10_000, () -> "told " + took + " ms after the death of the agent");
            }
            for (SseStream run : doomed) {
                assertLostOnce(ada.resume(run.run(), "0-0").awaitEnd());
                JsonObject next = QUESTION.copy().put("session", run.session()).put("if_running", "reject");
                assertEquals(200, ask(ada, next).status(), "no run of the session is active");
            }
            Server.eventually(
                    "the end of the register",
                    () -> redis.ask(vertx, "exists", register).toLong() == 0);
            completed(ada, doomed); // still once, after everybody has looked
        }
    }

    @Test
    void aProcessAloneThatIsKilledEndsItsRunsWhenItIsStartedAgain() throws Exception {
        Path home = folder.resolve("home");
        String docs = Library.writeTo(folder.resolve("docs")).toString();
        List<String> args = new ArrayList<>(List.of("serve", "--redis", redis.url(), "--docs", docs));
        args.addAll(List.of(PACE));
        args.addAll(List.of("--home", home.toString()));
        try (Member alone = Member.begin(folder, args)) {
            alone.awaitReady();
            try (Callers callers = new Callers(home)) {
                SseClient ada =
                        callers.at(alone.port(), callers.token(Caller.DEFAULT_TENANT, "ada", Duration.ofHours(1)));
                SseStream run = begin(ada);
                alone.kill();
                alone.startAgain();
                completed(ada, List.of(run));
                assertLostOnce(ada.resume(run.run(), "0-0").awaitEnd());
            }
        }
    }

    private static SseStream begin(SseClient who) {
        SseStream run = ask(who, QUESTION).awaitEvents(5);
        run.leave();
        return run;
    }

    private static SseStream ask(SseClient who, JsonObject question) {
        SseStream run = who.ask(question);
        for (int refused = 0; run.status() == 503 && refused < 5; refused++) {
            run = who.ask(question);
        }
        return run;
    }

    /** The one event for each of these runs, as soon as all of them were told. */
    private static List<SseEvent> completed(SseClient who, List<SseStream> runs) {
        List<String> ids = runs.stream().map(SseStream::run).sorted().toList();
        SseStream feed = who.watch(COMPLETED);
        for (String id : ids) {
            feed.awaitEvent(event -> event.data().contains(id));
        }
        feed.leave();
        List<SseEvent> told = feed.events().stream()
                .filter(event -> ids.stream().anyMatch(event.data()::contains))
                .toList();
        assertEquals(
                ids,
                told.stream()
                        .map(event -> new JsonObject(event.data())
                                .getJsonObject("data")
                                .getString("run"))
                        .sorted()
                        .toList());
        return told;
    }

    private static void assertLostOnce(SseStream run) {
        SseStream.assertWhole(run.events());
        assertEquals("failed", run.done().getString("status"));
        assertEquals(
                List.of("agent_lost"),
                run.data("error").stream().map(error -> error.getString("code")).toList());
    }
}
