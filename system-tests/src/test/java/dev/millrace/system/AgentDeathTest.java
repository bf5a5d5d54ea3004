package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.sse.SseEvent;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two agents and two nodes for chat, each a process of its own; one of the agents is killed while it answers. */
@Timeout(120)
class AgentDeathTest {

    private static final JsonObject QUESTION = new JsonObject().put("message", Library.WHEEL);

    /** Slow enough that ten runs can be begun before the first of them is over. */
    private static final String[] PACE = {"--token-pace", "40"};

    private static final int RUNS = 10;

    @TempDir
    Path folder;

    private Redis redis;
    private Fleet fleet;
    private Member mortal;
    private SseClient atA;
    private SseClient atB;
    /** The tag of the agent that stays. */
    private String survivor;

    @BeforeEach
    void start() throws Exception {
        redis = Redis.start(folder);
        fleet = Fleet.over(redis, folder);
        Member chatA = fleet.begin("chat");
        Member chatB = fleet.begin("chat");
        Member staying = fleet.begin("agent", PACE);
        atA = fleet.client(chatA.awaitReady(), "ada");
        atB = fleet.client(chatB.awaitReady(), "ada");
        staying.awaitReady();
        SseStream first = ask(atA, QUESTION);
        survivor = first.writer();
        atA.delete("/api/chat/" + first.run());
        mortal = fleet.start("agent", PACE);
    }

    @AfterEach
    void stop() throws Exception {
        fleet.close();
        redis.close();
    }

    @Test
    void everyRunOfAnAgentThatDiesEndsOnceForAllItsViewersAndTheOthersGoOn() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        List<SseStream> others = new ArrayList<>();
        List<SseStream> doomed = new ArrayList<>();
        while (doomed.size() < RUNS) {
            SseStream run = ask(doomed.size() % 2 == 0 ? atA : atB, QUESTION);
            (run.writer().equals(survivor) ? others : doomed).add(run);
        }
        List<List<SseStream>> viewers = new ArrayList<>();
        for (SseStream run : doomed) {
            viewers.add(List.of(run, atA.resume(run.run(), "0-0"), atB.resume(run.run(), "0-0")));
        }
        doomed.get(RUNS - 1).awaitEvents(5 + new Random(seed).nextInt(20));
        for (SseStream run : doomed) {
            assertTrue(!run.isOver(), () -> "it was over before its agent died:\n" + run.wire());
        }
        long killed = System.currentTimeMillis();
        mortal.kill();
        for (List<SseStream> same : viewers) {
            SseStream run = same.get(0);
            assertLost(run.awaitEnd());
            long took = run.lastMillis() - killed;
            assertTrue(took < 10_000, () -> "ended " + took + " ms after the death of its agent");
            for (SseStream viewer : same) {
                assertEquals(run.wire(), viewer.awaitEnd().wire());
                assertEquals(SseStream.End.CLEAN, viewer.end());
            }
            SseStream later = atB.resume(run.run(), "0-0").awaitEnd();
            assertEquals(run.eventBlocks(), later.eventBlocks(), "and nothing follows it");
        }
        for (SseStream run : others) {
            assertEquals("completed", run.done().getString("status"));
        }
        SseStream lost = doomed.get(0);
        String answer = lost.text();
        Server.eventually(
                "the answer in its conversation", () -> answers(lost.session()).contains("failed: " + answer));
        List<SseStream> next = new ArrayList<>(List.of(ask(atA, QUESTION.copy().put("session", lost.session()))));
        for (int i = 0; i < 6; i++) {
            next.add(ask(i % 2 == 0 ? atA : atB, QUESTION));
        }
        for (SseStream run : next) {
            assertEquals(200, run.status());
            assertEquals(survivor, run.writer());
            assertEquals("completed", run.done().getString("status"));
        }
    }

    @Test
    void whoComesToARunAfterTheDeathOfItsAgentFindsItsEnd() {
        SseStream left = ask(atA, QUESTION.copy().put("detach", true));
        while (left.writer().equals(survivor)) {
            left = ask(atA, QUESTION.copy().put("detach", true));
        }
        left.awaitEvents(5).leave();
        mortal.kill();
        SseStream back = atB.resume(left.run(), left.lastId()).awaitEnd();
        List<SseEvent> all = new ArrayList<>(left.events());
        all.addAll(back.events());
        SseStream.assertWhole(all);
        assertEquals("failed", back.done().getString("status"));
        assertEquals("agent_lost", back.data("error").get(0).getString("code"));
    }

    private static void assertLost(SseStream run) {
        SseStream.assertWhole(run.events());
        assertEquals("failed", run.done().getString("status"));
        assertEquals(
                List.of("agent_lost"),
                run.data("error").stream().map(error -> error.getString("code")).toList());
    }

    private List<String> answers(String session) {
        return atB.get("/api/chat/sessions/" + session).json().getJsonArray("messages").stream()
                .map(JsonObject.class::cast)
                .map(message -> message.getString("status") + ": " + message.getString("text"))
                .toList();
    }

    /** A question right after the death of an agent may still go to that one: it is refused, and may be asked again. */
    private static SseStream ask(SseClient who, JsonObject question) {
        SseStream run = who.ask(question);
        for (int refused = 0; run.status() == 503 && refused < 5; refused++) {
            assertEquals("no_agent", run.problem().getString("code"));
            run = who.ask(question);
        }
        return run;
    }
}
