package dev.millrace.system;

import static dev.millrace.agent.openai.Wire.DONE;
import static dev.millrace.agent.openai.Wire.STOP;
import static dev.millrace.agent.openai.Wire.USAGE;
import static dev.millrace.agent.openai.Wire.answer;
import static dev.millrace.agent.openai.Wire.call;
import static dev.millrace.agent.openai.Wire.finish;
import static dev.millrace.agent.openai.Wire.say;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.openai.StandIn;
import dev.millrace.agent.openai.StandIn.Script;
import dev.millrace.system.CommandLineProcess.Result;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code run show} and {@code run replay}, by the jar that is shipped, of runs that a model's stand-in answered. */
@Timeout(120)
final class RunCommandTest {

    @TempDir
    static Path folder;

    private static Vertx vertx;
    private static StandIn recording;
    private static StandIn replaying;
    private static Server server;
    private static SseClient ada;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        recording = StandIn.start(vertx);
        replaying = StandIn.start(vertx);
        server = Server.start(folder, "--model-url", recording.url(), "--model", "recorded");
        ada = server.client("ada");
        Files.writeString(
                folder.resolve("ada.token"), server.token("default", "ada", java.time.Duration.ofHours(1)) + "\n");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static Result run(String verb, String... more) throws Exception {
        List<String> args = new ArrayList<>(List.of("run", verb));
        args.addAll(List.of(more));
        args.addAll(List.of("--url", "http://127.0.0.1:" + server.port(), "--token-file", "ada.token"));
        return CommandLineProcess.run(folder, Map.of(), args.toArray(String[]::new));
    }

    private static Result replay(SseStream recorded, String... more) throws Exception {
        List<String> args =
                new ArrayList<>(List.of(recorded.run(), "--model-url", replaying.url(), "--model", "replayed"));
        args.addAll(List.of(more));
        return run("replay", args.toArray(String[]::new));
    }

    private static SseStream ask(JsonObject body, Script... answers) {
        recording.answers(answers);
        SseStream stream = ada.ask(body.put("tools", new JsonArray().add("current_time")));
        stream.awaitEnd();
        return stream;
    }

    private static void forget(StandIn upstream) {
        while (upstream.untaken() > 0) {
            upstream.take();
        }
    }

    private static JsonObject question(String text) {
        return new JsonObject().put("message", text);
    }

    /** A model that looks at the clock, and then says so in three pieces. */
    private static SseStream looksAtTheClock() {
        return ask(
                question("What time is it?"),
                Script.stream(call(
                                "{\"index\":0,\"id\":\"call_a\",\"type\":\"function\",\"function\":{\"name\":\"current_time\","
                                        + "\"arguments\":\"{}\"}}")
                        + finish("tool_calls")
                        + USAGE
                        + DONE),
                Script.stream(say("It is ") + say("late. ") + say("Go home.") + STOP + USAGE + DONE));
    }

    @Test
    void showGivesEachEventARowAndNeighbouringTokensOne() throws Exception {
        SseStream recorded = looksAtTheClock();
        Result result = run("show", recorded.run());
        assertEquals("", result.err());
        assertEquals(0, result.exit());
        String shown = result.out()
                .replace(recorded.run(), "RUN")
                .replace(recorded.session(), "SES")
                .replaceAll("msg_[a-z0-9]+", "MSG")
                .replaceAll("(?m)^(\\S+) +\\d+  ", "$1 N ")
                .replaceAll("(took|took_ms|latency_ms|ttft_ms)=\\d+", "$1=N")
                .replaceAll("result=\\S+", "result=R")
                .replaceAll("text_sha256=\\S+", "text_sha256=H");
        assertEquals("""
                SEQ             MS  EVENT
                1 N status    step=started  run=RUN  session=SES  message=MSG
                2 N status    step=generating
                3 N status    step=running_tool  call=call_a  tool=current_time  arguments={}
                4 N status    step=tool_result  call=call_a  tool=current_time  ok=true  result=R  took_ms=N
                5 N status    step=generating
                6-8 N token     at=0  events=3  took=N  text="It is late. Go home."
                9 N status    step=completed
                10 N done      status=completed  finish=stop  latency_ms=N  ttft_ms=N  usage={"input_tokens":18,"output_tokens":24}  text_length=20  text_sha256=H
                """, shown);
    }

    @Test
    void showWithJsonIsTheStreamAsItWasAppended() throws Exception {
        SseStream recorded = looksAtTheClock();
        String expected = recorded.events().stream()
                .map(event -> "{\"id\":\"" + event.id() + "\",\"event\":\"" + event.type() + "\",\"data\":"
                        + event.data() + "}\n")
                .collect(Collectors.joining());
        assertEquals(new Result(0, expected, ""), run("show", recorded.run(), "--json"));
    }

    @Test
    void aRunThatIsNotThereOrCannotBeIsRefusedInOneSentence() throws Exception {
        assertEquals(
                new Result(1, "SEQ             MS  EVENT\n", "millrace: There is no such run, or it is not yours.\n"),
                run("show", "run_x"));
        assertEquals(
                new Result(
                        2, "", "millrace: '../sessions' is no id of a run; './millrace chat' prints it as run_...\n"),
                run("show", "../sessions"));
    }

    @Test
    void replayAsksTheSameBehindTheSameConversationAndTouchesNothing() throws Exception {
        SseStream first = ask(question("Who are you?"), Script.stream(answer("A model.")));
        SseStream second = ask(
                question("Since when?").put("session", first.session()),
                Script.stream(answer("Since May. Nobody knows more.")));
        ask(question("Really?").put("session", first.session()), Script.stream(answer("Yes.")));
        JsonObject before =
                new JsonObject(ada.get("/api/chat/sessions/" + first.session()).body());
        forget(recording);
        forget(replaying);

        replaying.answers(Script.stream(answer("Since June. Nobody knows more.")));
        Result result = replay(second, "--tools", "");
        assertEquals("", result.err());
        assertEquals(0, result.exit());
        JsonArray asked = replaying.take().body().getJsonArray("messages");
        assertEquals(
                "[{\"role\":\"user\",\"content\":\"Who are you?\"},{\"role\":\"assistant\",\"content\":\"A model.\"},"
                        + "{\"role\":\"user\",\"content\":\"Since when?\"}]",
                new JsonArray(asked.stream()
                                .filter(message -> !((JsonObject) message)
                                        .getString("role")
                                        .equals("system"))
                                .toList())
                        .encode());
        assertTrue(result.out().contains("""
                answer
                  - Since May.
                  + Since June.
                    Nobody knows more.
                """), result.out());
        assertTrue(
                result.out().matches("(?s).*\nstatus +completed +completed\n.*\ncharacters +29 +30\n.*"), result.out());
        assertEquals(
                before,
                new JsonObject(ada.get("/api/chat/sessions/" + first.session()).body()));
        assertEquals(0, recording.untaken());
    }

    @Test
    void theExitCodeSaysWhetherThereIsADifferenceWhenAskedTo() throws Exception {
        SseStream recorded = ask(question("Who are you?"), Script.stream(answer("A model.")));
        replaying.answers(Script.stream(answer("A model.")), Script.stream(answer("A bird.")));
        Result same = replay(recorded, "--tools", "", "--exit-code");
        assertTrue(same.out().contains("\nanswer: the same\n"), same.toString());
        assertEquals(0, same.exit());
        Result other = replay(recorded, "--tools", "", "--exit-code");
        assertTrue(other.out().contains("  - A model.\n  + A bird.\n"), other.toString());
        assertEquals(1, other.exit());
    }

    @Test
    void replayShowsWhichToolsWereCalledOtherwise() throws Exception {
        SseStream recorded = looksAtTheClock();
        replaying.answers(Script.stream(answer("It is late. Go home.")));
        Result result = replay(recorded, "--exit-code");
        assertTrue(result.out().contains("\ntools\n  - current_time {}\n"), result.toString());
        assertTrue(result.out().contains("\nanswer: the same\n"), result.toString());
        assertEquals(1, result.exit());
    }
}
