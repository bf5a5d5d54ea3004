package dev.millrace.agent;

import static dev.millrace.agent.Stage.ask;
import static dev.millrace.agent.Stage.done;
import static dev.millrace.agent.Stage.estimated;
import static dev.millrace.agent.Stage.generating;
import static dev.millrace.agent.Stage.retrieving;
import static dev.millrace.agent.Stage.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.model.Cancellation;
import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.model.Prompt.Round;
import dev.millrace.agent.model.Tool;
import dev.millrace.agent.model.ToolServerDown;
import dev.millrace.agent.model.ToolsRefused;
import dev.millrace.run.Started;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each test reads a whole stream, event by event. */
@ExtendWith(VertxExtension.class)
@DisplayName("A run whose model calls tools")
class ToolRunTest {

    private static final String QUESTION = "How long does rye keep?";
    private static final Passage RYE = new Passage("rye.md", "Rye", "", 3, "Rye keeps. For six days.", 1.5);
    private static final String FOUND =
            "{\"passages\":[{\"n\":1,\"source\":\"rye.md\",\"title\":\"Rye\",\"heading\":\"\",\"line\":3,\"text\":\"Rye keeps. For six days.\",\"score\":1.5}]}";

    private Stage stage;

    @BeforeEach
    void set(Vertx vertx) {
        stage = new Stage(vertx, Stage.LIMITS, true);
    }

    @Test
    @DisplayName("searches where the model wants it, and cites what the answer was taken from, where it stands")
    void search() {
        stage.documents.found = Future.succeededFuture(List.of(RYE));
        Started run = stage.start(QUESTION);
        assertEquals(
                List.of("search_docs", "current_time", "ask_user"),
                stage.model.prompts.get(0).tools().stream().map(Tool::name).toList());
        stage.clock.pass(5);
        stage.model
                .speech()
                .say("Let me look.")
                .call("a", "search_docs", "{\"query\":\"rye\"}")
                .finish("tool_calls");
        stage.clock.pass(5);
        stage.model.speech().say("Rye keeps six ").say("days [1").say("].").finish("stop");
        String answer = "Let me look.\n\nRye keeps six days [1].";
        assertEquals(
                started(0)
                        + generating(0)
                        + "+5 token {\"text\":\"Let me look.\",\"at\":0}\n"
                        + "+5 status {\"step\":\"running_tool\",\"call\":\"a\",\"tool\":\"search_docs\",\"arguments\":{\"query\":\"rye\"}}\n"
                        + "+5 status {\"step\":\"tool_result\",\"call\":\"a\",\"tool\":\"search_docs\",\"ok\":true,\"result\":"
                        + FOUND + ",\"took_ms\":0}\n"
                        + generating(5)
                        + "+10 token {\"text\":\"\\n\\nRye keeps six \",\"at\":12}\n"
                        + "+10 token {\"text\":\"days [1\",\"at\":28}\n"
                        + "+10 token {\"text\":\"].\",\"at\":35}\n"
                        + "+10 citation {\"n\":1,\"title\":\"Rye\",\"source\":\"rye.md#L3\",\"quote\":\"Rye keeps. For six days.\",\"start\":14,\"end\":32}\n"
                        + "+10 status {\"step\":\"completed\"}\n"
                        + done(10, "completed", "stop", 10, 5L, "\"input_tokens\":62,\"output_tokens\":84", answer),
                stage.told(run));
        assertEquals("Rye keeps six days", answer.substring(14, 32));
        assertEquals(
                List.of(new Round(
                        "Let me look.",
                        List.of(new Delta.ToolCall("a", "search_docs", "{\"query\":\"rye\"}")),
                        List.of(FOUND))),
                stage.model.prompts.get(1).rounds());
        stage.assertQuiet();
    }

    @Test
    @DisplayName("calls several at once, and gives the results back in the order of the calls")
    void parallel() {
        Promise<List<Passage>> late = stage.documents.late();
        Started run = stage.start(QUESTION);
        stage.model
                .speech()
                .call("a", "search_docs", "{\"query\":\"rye\"}")
                .call("b", "current_time", "{\"zone\":\"Europe/Paris\"}")
                .finish("tool_calls");
        stage.clock.pass(7);
        assertEquals(1, stage.model.speeches.size(), "it waits for all of them");
        late.complete(List.of(RYE));
        String time = "{\"time\":\"2026-11-20T10:11:53+01:00\",\"zone\":\"Europe/Paris\",\"weekday\":\"Friday\"}";
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 status {\"step\":\"running_tool\",\"call\":\"a\",\"tool\":\"search_docs\",\"arguments\":{\"query\":\"rye\"}}\n"
                        + "+0 status {\"step\":\"running_tool\",\"call\":\"b\",\"tool\":\"current_time\",\"arguments\":{\"zone\":\"Europe/Paris\"}}\n"
                        + "+0 status {\"step\":\"tool_result\",\"call\":\"b\",\"tool\":\"current_time\",\"ok\":true,\"result\":"
                        + time + ",\"took_ms\":0}\n"
                        + "+7 status {\"step\":\"tool_result\",\"call\":\"a\",\"tool\":\"search_docs\",\"ok\":true,\"result\":"
                        + FOUND + ",\"took_ms\":7}\n"
                        + generating(7),
                stage.told(run));
        assertEquals(
                List.of(FOUND, time), stage.model.prompts.get(1).rounds().get(0).results());
    }

    @Test
    @DisplayName("goes on where a tool fails, is unknown, gets broken arguments or takes too long")
    void failures() {
        stage.documents.late();
        Started run = stage.start(QUESTION);
        stage.model
                .speech()
                .call("a", "search_docs", "{\"query\":\"\"}")
                .call("b", "rm", "{}")
                .call("c", "search_docs", "{\"que")
                .call("d", "search_docs", "{\"query\":\"rye\"}")
                .finish("stop");
        stage.clock.pass(Calling.DEADLINE_MILLIS);
        assertEquals(
                List.of(
                        "{\"error\":\"search_docs needs \\\"query\\\", a text that is not empty.\"}",
                        "{\"error\":\"There is no tool 'rm'; there is: search_docs, current_time, ask_user.\"}",
                        "{\"error\":\"The arguments are not a JSON object; call it again.\"}",
                        "{\"error\":\"It took longer than 30 seconds.\"}"),
                stage.model.prompts.get(1).rounds().get(0).results());
        String told = stage.told(run);
        assertTrue(
                told.contains(
                        "+30000 status {\"step\":\"tool_result\",\"call\":\"d\",\"tool\":\"search_docs\",\"ok\":false,\"result\":{\"error\":\"It took longer than 30 seconds.\"},\"took_ms\":30000}\n"),
                told);
        assertTrue(
                told.contains(
                        "+0 status {\"step\":\"running_tool\",\"call\":\"c\",\"tool\":\"search_docs\",\"arguments\":\"{\\\"que\"}\n"),
                told);
        stage.model.speech().say("I do not know.").finish("stop");
        assertEquals("completed stop", stage.ending(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("shows a long result beside the answer")
    void artifact() {
        Passage large = new Passage("rye.md", "Rye", "", 3, "r".repeat(Calling.LONGEST_SHOWN), 1.5);
        stage.documents.found = Future.succeededFuture(List.of(large));
        Started run = stage.start(QUESTION);
        stage.model.speech().call("a", "search_docs", "{\"query\":\"rye\"}").finish("tool_calls");
        assertEquals(
                List.of("started", "generating", "running_tool", "artifact", "tool_result", "generating"),
                stage.steps(run));
        String told = stage.told(run);
        assertTrue(
                told.contains(
                        "artifact {\"id\":\"a\",\"rev\":1,\"kind\":\"tool_result\",\"title\":\"search_docs\",\"content\":{\"passages\":[{\"n\":1,"),
                told);
        assertTrue(
                told.contains(
                        "{\"step\":\"tool_result\",\"call\":\"a\",\"tool\":\"search_docs\",\"ok\":true,\"artifact\":\"a\",\"took_ms\":0}"),
                told);
        assertTrue(stage.model.prompts.get(1).rounds().get(0).results().get(0).contains(large.text()));
    }

    @Test
    @DisplayName("has to answer when it has called tools eight times in a row")
    void loop() {
        Started run = stage.start(QUESTION);
        for (int i = 0; i < Composing.MOST_ROUNDS; i++) {
            stage.model.speech().call("a" + i, "current_time", "{}").finish("tool_calls");
        }
        assertEquals(List.of(), stage.model.prompts.get(8).tools());
        assertTrue(stage.told(run)
                .endsWith(
                        "+0 warning {\"code\":\"tool_limit\",\"message\":\"The model called tools 8 times in a row, and has to answer now.\"}\n"
                                + generating(0)));
        stage.model.speech().say("Six days.").call("z", "current_time", "{}").finish("tool_calls");
        assertEquals("completed tool_calls", stage.ending(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("that is cancelled meanwhile waits for no tool, and hears of none")
    void cancelled() {
        Promise<List<Passage>> late = stage.documents.late();
        Started run = stage.start(QUESTION);
        stage.model
                .speech()
                .say("Hm.")
                .call("a", "search_docs", "{\"query\":\"rye\"}")
                .finish("tool_calls");
        stage.agent.cancel(run.run());
        late.complete(List.of(RYE));
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 token {\"text\":\"Hm.\",\"at\":0}\n"
                        + "+0 status {\"step\":\"running_tool\",\"call\":\"a\",\"tool\":\"search_docs\",\"arguments\":{\"query\":\"rye\"}}\n"
                        + done(0, "cancelled", "cancelled", 0, 0L, Stage.COUNTED, "Hm."),
                stage.told(run));
        assertEquals(1, stage.model.speeches.size());
        stage.assertQuiet();
    }

    @Test
    @DisplayName("is given those tools only that the request names")
    void named() {
        stage.start(ask(QUESTION).with("current_time"));
        assertEquals(
                List.of("current_time"),
                stage.model.prompts.get(0).tools().stream().map(Tool::name).toList());
        stage.start(ask(QUESTION).with());
        assertEquals(List.of(), stage.model.prompts.get(1).tools());
    }

    @Test
    @DisplayName("searches before it asks when the model turns out to call none")
    void refused() {
        stage.documents.found = Future.succeededFuture(List.of(RYE));
        Started run = stage.start(QUESTION);
        stage.model.callsTools = false;
        stage.model.speech().fail(new ToolsRefused());
        assertTrue(
                stage.told(run).startsWith(started(0) + generating(0) + retrieving(0) + "+0 artifact"),
                stage.told(run));
        assertEquals(List.of(RYE), stage.model.prompts.get(1).passages());
        stage.model.speech().say("Six days.").finish("stop");
        assertEquals("completed stop", stage.ending(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("that is cut off within a later round counts the rounds before, and estimates that one")
    void usage() {
        Started run = stage.start(QUESTION);
        stage.model.speech().call("a", "current_time", "{}").finish("tool_calls");
        stage.model.speech().say("Six days");
        int read = stage.model.prompts.get(1).length();
        stage.agent.cancel(run.run());
        String told = stage.told(run);
        assertTrue(told.contains(estimated(31 + (read + 3) / 4, 42 + 2)), told);
    }

    @Test
    @DisplayName("says once which tool server is not there, and goes on without its tools")
    void serverDown() {
        stage.tools.down.add("mill");
        Started run = stage.start(QUESTION);
        stage.model.speech().say("Six days.").finish("stop");
        assertEquals(
                started(0)
                        + "+0 warning {\"code\":\"tool_server_unavailable\",\"message\":\"The tool server 'mill' is not available, and the answer has to do without its tools.\"}\n"
                        + generating(0)
                        + "+0 token {\"text\":\"Six days.\",\"at\":0}\n"
                        + "+0 status {\"step\":\"completed\"}\n"
                        + done(0, "completed", "stop", 0, 0L, Stage.COUNTED, "Six days."),
                stage.told(run));
        stage.assertQuiet();
    }

    @Test
    @DisplayName("says once which tool server has gone while it was called, and goes on")
    void serverGone() {
        stage.tools.there.add(new Tool() {

            @Override
            public String name() {
                return "grind";
            }

            @Override
            public String description() {
                return "Grinds.";
            }

            @Override
            public JsonObject schema() {
                return new JsonObject();
            }

            @Override
            public Future<Result> call(String id, JsonObject arguments, Cancellation cancellation) {
                return Future.failedFuture(new ToolServerDown("mill"));
            }
        });
        Started run = stage.start(ask(QUESTION).with("grind"));
        stage.model.speech().call("a", "grind", "{}").call("b", "grind", "{}").finish("tool_calls");
        stage.model.speech().say("Six days.").finish("stop");
        String result =
                ",\"tool\":\"grind\",\"ok\":false,\"result\":{\"error\":\"The tool server 'mill' is not available.\"},\"took_ms\":0}\n";
        assertEquals(
                started(0)
                        + generating(0)
                        + "+0 status {\"step\":\"running_tool\",\"call\":\"a\",\"tool\":\"grind\",\"arguments\":{}}\n"
                        + "+0 warning {\"code\":\"tool_server_unavailable\",\"message\":\"The tool server 'mill' is not available, and the answer has to do without its tools.\"}\n"
                        + "+0 status {\"step\":\"tool_result\",\"call\":\"a\"" + result
                        + "+0 status {\"step\":\"running_tool\",\"call\":\"b\",\"tool\":\"grind\",\"arguments\":{}}\n"
                        + "+0 status {\"step\":\"tool_result\",\"call\":\"b\"" + result
                        + generating(0)
                        + "+0 token {\"text\":\"Six days.\",\"at\":0}\n"
                        + "+0 status {\"step\":\"completed\"}\n"
                        + done(0, "completed", "stop", 0, 0L, "\"input_tokens\":62,\"output_tokens\":84", "Six days."),
                stage.told(run));
        stage.assertQuiet();
    }
}
