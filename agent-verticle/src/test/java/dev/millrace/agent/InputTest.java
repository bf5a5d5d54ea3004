package dev.millrace.agent;

import static dev.millrace.agent.Stage.ask;
import static dev.millrace.agent.Stage.done;
import static dev.millrace.agent.Stage.generating;
import static dev.millrace.agent.Stage.now;
import static dev.millrace.agent.Stage.refusal;
import static dev.millrace.agent.Stage.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.Prompt.Turn;
import dev.millrace.agent.model.ToolsRefused;
import dev.millrace.glob.Glob;
import dev.millrace.run.Input;
import dev.millrace.run.Input.Kind;
import dev.millrace.run.Refusal;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each test reads a whole stream, event by event, or the part that it is about. */
@ExtendWith(VertxExtension.class)
@DisplayName("A run that people talk to")
class InputTest {

    private static final String QUESTION = "How long does rye keep?";
    private static final String REQUIRED =
            "status {\"step\":\"input_required\",\"request\":\"req_1\",\"kind\":\"text\",\"label\":\"Where?\","
                    + "\"call\":\"a\",\"tool\":\"ask_user\",\"expires_at\":\"2026-11-20T09:21:53Z\"}\n";

    private Stage stage;

    @BeforeEach
    void set(Vertx vertx) {
        stage = new Stage(vertx, Stage.LIMITS, true, List.of(Glob.of("current_*", '/')));
    }

    private Future<Void> say(Started run, String id, @Nullable String request, Kind kind, Object value) {
        return stage.agent.input(run.run(), new Input(id, request, kind, value));
    }

    private Future<Void> say(Started run, String id, String text) {
        return say(run, id, null, Kind.TEXT, text);
    }

    private String problem(Future<Void> input) {
        Refusal refusal = refusal(input);
        return refusal.status() + " " + refusal.code() + " " + refusal.more().getString("field", "") + ": "
                + refusal.getMessage();
    }

    private Started asking() {
        Started run = stage.start(QUESTION);
        stage.model.speech().call("a", "ask_user", "{\"question\":\"Where?\"}").finish("tool_calls");
        return run;
    }

    @Test
    @DisplayName("waits for the answer to what its model asks, and the model writes on with it")
    void text() {
        Started run = asking();
        assertEquals(1, stage.model.speeches.size(), "it waits");
        stage.clock.pass(5);
        now(say(run, "in_1", "In a cellar."));
        stage.model.speech().say("A year.").finish("stop");
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 " + REQUIRED
                        + "+5 status {\"step\":\"steered\",\"input\":\"in_1\",\"request\":\"req_1\",\"text\":\"In a cellar.\"}\n"
                        + "+5 status {\"step\":\"tool_result\",\"call\":\"a\",\"tool\":\"ask_user\",\"ok\":true,"
                        + "\"result\":{\"answer\":\"In a cellar.\"},\"took_ms\":5}\n"
                        + generating(5)
                        + "+5 token {\"text\":\"A year.\",\"at\":0}\n"
                        + "+5 status {\"step\":\"completed\"}\n"
                        + done(5, "completed", "stop", 5, 5L, "\"input_tokens\":62,\"output_tokens\":84", "A year."),
                stage.told(run));
        assertEquals(
                List.of("{\"answer\":\"In a cellar.\"}"),
                stage.model.prompts.get(1).rounds().get(0).results());
        stage.assertQuiet();
    }

    @Test
    @DisplayName("takes the same input once, and what it took stays taken when it is over")
    void same() {
        Started run = asking();
        now(say(run, "in_1", "In a cellar."));
        now(say(run, "in_1", "In a cellar."));
        now(say(run, "in_1", "In an attic."));
        assertEquals(1, stage.steps(run).stream().filter("steered"::equals).count());
        stage.model.speech().say("A year.").finish("stop");
        assertEquals(
                "409 run_over : The run is over; start another one in its session.", problem(say(run, "in_1", "")));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("refuses an answer that does not fit its form, says where, and the question stays open")
    void formMismatch() {
        Started run = stage.start(QUESTION);
        String schema = "{\"type\":\"object\",\"properties\":{\"day\":{\"type\":\"string\",\"pattern\":\"(\"},"
                + "\"sacks\":{\"type\":\"integer\",\"minimum\":1}},\"required\":[\"day\"],\"additionalProperties\":false}";
        stage.model
                .speech()
                .call("a", "ask_user", "{\"question\":\"When?\",\"schema\":" + schema + "}")
                .finish("tool_calls");
        String told = stage.told(run);
        assertEquals(
                "422 form_mismatch output: The answer does not fit the form: Instance does not have required property \"day\"."
                        + " The question is still open.",
                problem(say(run, "in_1", null, Kind.OUTPUT, new JsonObject())));
        Refusal two = Stage.refusal(say(
                run,
                "in_1",
                null,
                Kind.OUTPUT,
                new JsonObject().put("day", 5).put("sacks", 0).put("mill", "x")));
        assertEquals(
                "[{\"at\":\"/day\",\"error\":\"Instance type number is invalid. Expected string\"},"
                        + "{\"at\":\"/sacks\",\"error\":\"0 is less than 1\"},"
                        + "{\"at\":\"/mill\",\"error\":\"Property \\\"mill\\\" does not match additional properties schema\"}]",
                two.more().getJsonArray("errors").encode());
        assertEquals(told, stage.told(run), "nothing was taken");
        now(say(run, "in_1", null, Kind.OUTPUT, new JsonObject().put("day", "Monday")));
        assertEquals(2, stage.model.prompts.size());
    }

    @Test
    @DisplayName("asks nobody to fill in what is no form, and tells the model why")
    void noForm() {
        for (String schema : List.of(
                "{\"type\":\"string\"}",
                "{\"type\":\"object\",\"properties\":5}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}}}",
                "{\"type\":\"object\",\"title\":\"" + "x".repeat(20_000) + "\"}")) {
            Started run = stage.start(QUESTION);
            stage.model
                    .speech()
                    .call("a", "ask_user", "{\"question\":\"When?\",\"schema\":" + schema + "}")
                    .finish("tool_calls");
            List<String> results = stage.model
                    .prompts
                    .get(stage.model.prompts.size() - 1)
                    .rounds()
                    .get(0)
                    .results();
            assertTrue(results.get(0).startsWith("{\"error\":\"The schema "), results::toString);
            stage.agent.cancel(run.run());
        }
    }

    @Test
    @DisplayName("has a form filled in when the model gives a schema")
    void form() {
        Started run = stage.start(QUESTION);
        stage.model
                .speech()
                .call("a", "ask_user", "{\"question\":\"Where?\",\"schema\":{\"type\":\"object\"}}")
                .finish("tool_calls");
        assertTrue(
                stage.told(run)
                        .contains(
                                "\"request\":\"req_1\",\"kind\":\"form\",\"label\":\"Where?\",\"call\":\"a\",\"tool\":\"ask_user\",\"schema\":{\"type\":\"object\"},"),
                stage.told(run));
        assertEquals(
                "400 bad_field output: 'output' must be an object, for it answers a form.",
                problem(say(run, "in_1", null, Kind.OUTPUT, "cellar")));
        now(say(run, "in_1", null, Kind.OUTPUT, new JsonObject().put("place", "cellar")));
        assertEquals(
                List.of("{\"answer\":{\"place\":\"cellar\"}}"),
                stage.model.prompts.get(1).rounds().get(0).results());
    }

    @Test
    @DisplayName("calls a tool that needs it when a person has allowed it, and not before")
    void approved() {
        Started run = stage.start(QUESTION);
        stage.model.speech().call("a", "current_time", "{}").finish("tool_calls");
        stage.clock.pass(40_000);
        now(say(run, "in_1", "req_1", Kind.APPROVED, true));
        String time = "{\"time\":\"2026-11-20T09:12:33Z\",\"zone\":\"UTC\",\"weekday\":\"Friday\"}";
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 status {\"step\":\"input_required\",\"request\":\"req_1\",\"kind\":\"approval\",\"label\":\"May it call current_time?\","
                        + "\"call\":\"a\",\"tool\":\"current_time\",\"arguments\":{},\"expires_at\":\"2026-11-20T09:21:53Z\"}\n"
                        + "+40000 status {\"step\":\"steered\",\"input\":\"in_1\",\"request\":\"req_1\",\"approved\":true}\n"
                        + "+40000 status {\"step\":\"running_tool\",\"call\":\"a\",\"tool\":\"current_time\",\"arguments\":{}}\n"
                        + "+40000 status {\"step\":\"tool_result\",\"call\":\"a\",\"tool\":\"current_time\",\"ok\":true,\"result\":"
                        + time + ",\"took_ms\":0}\n"
                        + generating(40_000),
                stage.told(run));
    }

    @Test
    @DisplayName("tells the model when a person does not allow a call")
    void refused() {
        Started run = stage.start(QUESTION);
        stage.model.speech().call("a", "current_time", "{}").finish("tool_calls");
        now(say(run, "in_1", null, Kind.APPROVED, false));
        assertEquals(
                List.of("started", "generating", "input_required", "steered", "tool_result", "generating"),
                stage.steps(run));
        assertEquals(
                List.of("{\"error\":\"The person did not allow this call.\"}"),
                stage.model.prompts.get(1).rounds().get(0).results());
    }

    @Test
    @DisplayName("needs no leave for a call that cannot be made anyway, nor to ask")
    void noLeave() {
        stage = new Stage(Vertx.vertx(), Stage.LIMITS, true, List.of(Glob.of("*", '/')));
        Started run = stage.start(ask(QUESTION).with("ask_user", "current_time"));
        stage.model
                .speech()
                .call("a", "current_time", "{\"zo")
                .call("b", "rm", "{}")
                .call("c", "ask_user", "{\"question\":\"\"}")
                .finish("tool_calls");
        assertEquals(
                List.of(
                        "{\"error\":\"The arguments are not a JSON object; call it again.\"}",
                        "{\"error\":\"There is no tool 'rm'; there is: current_time, ask_user.\"}",
                        "{\"error\":\"ask_user needs \\\"question\\\", a text that is not empty.\"}"),
                stage.model.prompts.get(1).rounds().get(0).results());
        assertTrue(!stage.steps(run).contains("input_required"));
    }

    @Test
    @DisplayName("goes on without an answer that does not come in time, and keeps what it has")
    void expired() {
        Started run = stage.start(QUESTION);
        stage.model
                .speech()
                .say("Rye keeps.")
                .call("a", "ask_user", "{\"question\":\"Where?\"}")
                .call("b", "search_docs", "{\"query\":\"rye\"}")
                .finish("tool_calls");
        stage.clock.pass(600_000);
        assertEquals(
                "409 input_not_expected : The run has no open request 'req_1'.",
                problem(say(run, "in_1", "req_1", Kind.TEXT, "In a cellar.")));
        stage.model.speech().say("Six days.").finish("stop");
        String told = stage.told(run);
        assertTrue(
                told.endsWith(
                        "+600000 warning {\"code\":\"input_expired\",\"message\":\"Nobody answered in time; the answer goes on without.\"}\n"
                                + "+600000 status {\"step\":\"tool_result\",\"call\":\"a\",\"tool\":\"ask_user\",\"ok\":false,"
                                + "\"result\":{\"error\":\"Nobody answered within 600 seconds. Go on without.\"},\"took_ms\":600000}\n"
                                + generating(600_000)
                                + "+600000 token {\"text\":\"\\n\\nSix days.\",\"at\":10}\n"
                                + "+600000 status {\"step\":\"completed\"}\n"
                                + done(
                                        600_000,
                                        "completed",
                                        "stop",
                                        600_000,
                                        0L,
                                        "\"input_tokens\":62,\"output_tokens\":84",
                                        "Rye keeps.\n\nSix days.")),
                told);
        stage.assertQuiet();
    }

    @Test
    @DisplayName("has its own time again when the last request is answered, as much as was left")
    void limit() {
        Started run = stage.start(ask(QUESTION).within(1_000).detached());
        stage.clock.pass(400);
        stage.model
                .speech()
                .call("a", "ask_user", "{\"question\":\"Where?\"}")
                .call("b", "current_time", "{}")
                .finish("tool_calls");
        stage.clock.pass(100_000);
        now(say(run, "in_1", null, Kind.APPROVED, true));
        stage.clock.pass(100_000);
        now(say(run, "in_2", "In a cellar."));
        stage.clock.pass(599);
        assertEquals(2, stage.model.speeches.size());
        assertTrue(!stage.steps(run).contains("done"));
        stage.clock.pass(1);
        assertEquals("timeout timeout", stage.ending(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("is not ended for want of a watcher while it waits for a person, but from then on")
    void unwatched() {
        Started run = asking();
        stage.clock.pass(300_000);
        assertTrue(!stage.steps(run).contains("done"));
        now(say(run, "in_1", "In a cellar."));
        stage.clock.pass(59_000);
        assertTrue(!stage.steps(run).contains("done"));
        stage.clock.pass(2_000);
        assertEquals("cancelled unwatched", stage.ending(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("that is cancelled while it waits leaves nothing behind")
    void cancelled() {
        Started run = asking();
        stage.agent.cancel(run.run());
        assertEquals("cancelled cancelled", stage.ending(run));
        assertEquals(
                "409 run_over : The run is over; start another one in its session.", problem(say(run, "in_1", "x")));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("says what is wrong with an input that fits no request")
    void misfits() {
        Started run = stage.start(QUESTION);
        assertEquals(
                "409 input_not_expected : The run has no open request for 'approved'.",
                problem(say(run, "in_1", null, Kind.APPROVED, true)));
        stage.model
                .speech()
                .call("a", "ask_user", "{\"question\":\"Where?\"}")
                .call("b", "ask_user", "{\"question\":\"When?\"}")
                .finish("tool_calls");
        assertEquals(
                "409 input_not_expected : The run has no open request 'req_7'; there is: req_1, req_2.",
                problem(say(run, "in_1", "req_7", Kind.TEXT, "x")));
        assertEquals(
                "400 bad_field text: 'text' is missing; request 'req_1' is answered with it.",
                problem(say(run, "in_1", "req_1", Kind.APPROVED, true)));
        assertEquals(
                "400 bad_field request: 'request' is missing, and these are open: req_1, req_2.",
                problem(say(run, "in_1", "x")));
        now(say(run, "in_1", "req_2", Kind.TEXT, "Now."));
        now(say(run, "in_2", "Here."));
        assertEquals(
                List.of("{\"answer\":\"Here.\"}", "{\"answer\":\"Now.\"}"),
                stage.model.prompts.get(1).rounds().get(0).results());
    }

    @Test
    @DisplayName("reads what steers it behind the results of its tools")
    void steeredBetweenTools() {
        Started run = stage.start(QUESTION);
        stage.model.speech().call("a", "search_docs", "{\"query\":\"rye\"}");
        now(say(run, "in_1", "In French, please."));
        stage.model.speech().finish("tool_calls");
        assertEquals(
                List.of("In French, please."),
                stage.model.prompts.get(1).rounds().get(1).steering());
        stage.model.speech().say("Six jours.").finish("stop");
        assertEquals(
                List.of(
                        "started",
                        "generating",
                        "steered",
                        "running_tool",
                        "tool_result",
                        "generating",
                        "token",
                        "completed",
                        "done"),
                stage.steps(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName(
            "that is at its end is called once more with what was said meanwhile, which is a part of the conversation")
    void steeredAtTheEnd() {
        Started run = stage.start(QUESTION);
        stage.model.speech().say("Six days.");
        now(say(run, "in_1", "And wheat?"));
        stage.model.speech().finish("stop");
        assertEquals(
                List.of(
                        new Prompt.Round("Six days.", List.of(), List.of()),
                        new Prompt.Round("", List.of(), List.of(), List.of("And wheat?"))),
                stage.model.prompts.get(1).rounds());
        stage.model.speech().say("Five.").finish("stop");
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 token {\"text\":\"Six days.\",\"at\":0}\n"
                        + "+0 status {\"step\":\"steered\",\"input\":\"in_1\",\"text\":\"And wheat?\"}\n"
                        + generating(0)
                        + "+0 token {\"text\":\"\\n\\nFive.\",\"at\":9}\n"
                        + "+0 status {\"step\":\"completed\"}\n"
                        + done(
                                0,
                                "completed",
                                "stop",
                                0,
                                0L,
                                "\"input_tokens\":62,\"output_tokens\":84",
                                "Six days.\n\nFive."),
                stage.told(run));
        assertEquals(
                List.of("? " + QUESTION, "? And wheat?", "completed: Six days.\n\nFive."), stage.conversation(run));
        stage.start(ask("And oats?").in(run));
        assertEquals(
                List.of(
                        new Turn(Prompt.Role.USER, QUESTION),
                        new Turn(Prompt.Role.USER, "And wheat?"),
                        new Turn(Prompt.Role.ASSISTANT, "Six days.\n\nFive."),
                        new Turn(Prompt.Role.USER, "And oats?")),
                stage.model.prompts.get(2).turns());
    }

    @Test
    @DisplayName("is steered while it waits in the queue, and when its model turns out to call no tools")
    void steeredEarly() {
        Started first = stage.start(QUESTION);
        Started second = stage.start(ask("And wheat?").in(first));
        now(say(second, "in_1", "In French, please."));
        stage.model.speech().say("Six days.").finish("stop");
        assertEquals(
                List.of("In French, please."),
                stage.model.prompts.get(1).rounds().get(0).steering());
        stage.model.speech().fail(new ToolsRefused());
        assertEquals(
                List.of(new Prompt.Round("", List.of(), List.of(), List.of("In French, please."))),
                stage.model.prompts.get(2).rounds());
    }

    @Test
    @DisplayName("of the embedded agent cannot be steered")
    void notSteerable() {
        stage = new Stage(Vertx.vertx(), Stage.LIMITS);
        Started run = stage.start(QUESTION);
        assertEquals(
                "409 not_steerable : The embedded agent reads nothing while it answers; ask another question in the session.",
                problem(say(run, "in_1", "Faster.")));
    }

    @Test
    @DisplayName("takes a hundred inputs and no more")
    void most() {
        Started run = stage.start(QUESTION);
        for (int i = 0; i < Inputs.MOST; i++) {
            now(say(run, "in_" + i, "More."));
        }
        assertEquals(
                "409 too_many_inputs : The run has taken 100 inputs, and takes no more.",
                problem(say(run, "in_100", "More.")));
        now(say(run, "in_99", "More."));
    }
}
