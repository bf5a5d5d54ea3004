package dev.millrace.system;

import static dev.millrace.agent.openai.Wire.STOP;
import static dev.millrace.agent.openai.Wire.USAGE;
import static dev.millrace.agent.openai.Wire.answer;
import static dev.millrace.agent.openai.Wire.call;
import static dev.millrace.agent.openai.Wire.finish;
import static dev.millrace.agent.openai.Wire.say;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.openai.StandIn;
import dev.millrace.agent.openai.StandIn.End;
import dev.millrace.agent.openai.StandIn.Exchange;
import dev.millrace.agent.openai.StandIn.Script;
import dev.millrace.sse.SseEvent;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent and two nodes for chat, each a process of its own, and a run that asks. */
@Timeout(120)
class PeopleInTheLoopTest {

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private StandIn upstream;
    private Redis redis;
    private Fleet fleet;
    private Member mortal;
    private Member staying;
    private Member agent;
    private SseClient ada;

    @BeforeEach
    void start() throws Exception {
        upstream = StandIn.start(vertx);
        redis = Redis.start(folder);
        fleet = Fleet.over(redis, folder);
        mortal = fleet.begin("chat");
        staying = fleet.begin("chat,events");
        agent = fleet.begin("agent", "--model-url", upstream.url(), "--model", "m", "--tools-approval", "current_*");
        mortal.awaitReady();
        ada = fleet.client(staying.awaitReady(), "ada");
        agent.awaitReady();
    }

    @AfterEach
    void stop() throws Exception {
        fleet.close();
        redis.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static Script calls(String id, String tool, String arguments) {
        String function =
                new JsonObject().put("name", tool).put("arguments", arguments).encode();
        return Script.stream(call("{\"index\":0,\"id\":\"" + id + "\",\"function\":" + function + "}")
                + finish("tool_calls") + USAGE + "data: [DONE]\n\n");
    }

    private static SseStream awaitStep(SseStream stream, String step) {
        return stream.awaitEvent(event -> event.data().contains("\"step\":\"" + step + "\""));
    }

    private SseClient.Reply tell(SseClient who, SseStream run, JsonObject input) {
        return who.post("/api/chat/" + run.run() + "/input", "application/json", input);
    }

    private static JsonObject input(String id) {
        return new JsonObject().put("input", id);
    }

    @Test
    void aRunIsAnsweredAllowedAndSteeredOnAnotherNodeWhenTheOneThatItWasAskedAtIsKilled() {
        upstream.answers(
                calls("call_1", "ask_user", "{\"question\":\"Which mill?\"}"),
                calls("call_2", "current_time", "{}"),
                Script.stream(say("Half")).ending(End.OPEN),
                Script.stream(answer("The rest.")));
        SseStream first = awaitStep(fleet.client(mortal, "ada").ask("What time is it there?"), "input_required");
        mortal.kill();
        SseStream run = ada.resume(first.run(), first.lastId());
        JsonObject answered = input("in_1").put("text", "The one by the river.");
        assertEquals(404, tell(fleet.client(staying, "eve"), first, answered).status(), "it is not hers");
        for (int i = 0; i < 2; i++) {
            SseClient.Reply reply = tell(ada, first, answered);
            assertEquals(202, reply.status());
            assertEquals(new JsonObject().put("run", first.run()).put("input", "in_1"), reply.json());
        }
        awaitStep(run, "input_required");
        assertEquals(
                202,
                tell(ada, first, input("in_2").put("request", "req_2").put("approved", true))
                        .status());
        upstream.take();
        upstream.take();
        Exchange third = upstream.take();
        run.awaitEvent(event -> event.type().equals("token"));
        assertEquals(
                202,
                tell(ada, first, input("in_3").put("text", "In French, please."))
                        .status());
        third.send(STOP + USAGE + "data: [DONE]\n\n").end();
        assertEquals("completed", run.done().getString("status"));

        List<SseEvent> all = new ArrayList<>(first.events());
        all.addAll(run.events());
        SseStream.assertWhole(all);
        assertEquals(
                "started generating input_required steered tool_result generating input_required steered"
                        + " running_tool tool_result generating steered generating completed",
                SseStream.data(all, "status").stream()
                        .map(status -> status.getString("step"))
                        .collect(Collectors.joining(" ")));
        assertEquals("Half\n\nThe rest.", SseStream.placed(all));
        JsonArray messages = upstream.take().body().getJsonArray("messages");
        assertEquals(
                "{\"role\":\"user\",\"content\":\"In French, please.\"}",
                messages.getJsonObject(messages.size() - 1).encode());
        Server.eventually(
                "the answer in its conversation", () -> roles(first).equals(List.of("user", "user", "assistant")));

        assertEquals(202, tell(ada, first, answered).status(), "it was taken, and stays so");
        SseClient.Reply late = tell(ada, first, input("in_9").put("text", "And now?"));
        assertEquals(409, late.status());
        assertEquals("run_over", late.json().getString("code"));
        assertEquals(
                List.of("run.input.required", "run.tool.finished", "run.input.required", "run.tool.finished"),
                told("run.input.**", "run.tool.**"));
    }

    private List<String> roles(SseStream run) {
        return ada.get("/api/chat/sessions/" + run.session()).json().getJsonArray("messages").stream()
                .map(message -> ((JsonObject) message).getString("role"))
                .toList();
    }

    private List<String> told(String... types) {
        String query = List.of(types).stream()
                .map(type -> "&type=dev.millrace." + type)
                .collect(Collectors.joining());
        SseStream feed = ada.watch("/api/events?from=earliest" + query);
        feed.awaitEvents(4).leave();
        return feed.events().stream()
                .map(event -> event.type().replaceAll("dev\\.millrace\\.(.*)\\.v1", "$1"))
                .toList();
    }

    @Test
    void whoAnswersARunWhoseAgentIsDeadIsToldThatItIsOver() {
        upstream.answers(calls("call_1", "ask_user", "{\"question\":\"Which mill?\"}"));
        SseStream run = awaitStep(ada.ask("What time is it there?"), "input_required");
        agent.kill();
        SseClient.Reply reply = tell(ada, run, input("in_1").put("text", "The one by the river."));
        assertEquals(409, reply.status(), () -> reply.json().encode());
        assertEquals("run_over", reply.json().getString("code"));
        assertEquals("failed", run.done().getString("status"));
        assertTrue(run.wire().contains("agent_lost"), run::wire);
    }
}
