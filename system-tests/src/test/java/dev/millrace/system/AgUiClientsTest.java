package dev.millrace.system;

import static dev.millrace.agent.openai.Wire.STOP;
import static dev.millrace.agent.openai.Wire.USAGE;
import static dev.millrace.agent.openai.Wire.answer;
import static dev.millrace.agent.openai.Wire.call;
import static dev.millrace.agent.openai.Wire.delta;
import static dev.millrace.agent.openai.Wire.finish;
import static dev.millrace.agent.openai.Wire.say;
import static dev.millrace.system.FrontEnd.last;
import static dev.millrace.system.FrontEndStage.calls;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.openai.StandIn;
import dev.millrace.agent.openai.StandIn.End;
import dev.millrace.agent.openai.StandIn.Exchange;
import dev.millrace.agent.openai.StandIn.Script;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The HttpAgent of AG-UI as npm has it, unmodified, of 1.0 and of before. */
@Timeout(60)
class AgUiClientsTest {

    private static final String NOW = "@ag-ui/client";
    private static final String BEFORE = "@ag-ui/client-0";

    @TempDir
    static Path folder;

    private static FrontEndStage stage;
    private static StandIn upstream;
    private static SseClient ada;
    private static int threads;

    @BeforeAll
    static void start() throws Exception {
        stage = new FrontEndStage(folder, "agent.mjs");
        upstream = stage.upstream;
        ada = stage.ada;
    }

    @AfterAll
    static void stop() throws Exception {
        stage.close();
    }

    private static String open(FrontEnd page) {
        String thread = "thread " + ++threads;
        open(page, thread, thread);
        return thread;
    }

    private static void open(FrontEnd page, String tab, String thread, Object... fields) {
        stage.open(page, tab, ada, "thread", thread, fields);
    }

    private static FrontEnd ask(FrontEnd page, String tab, String text, String run, Object... fields) {
        page.tellAndWait(tab, "say", "id", "q " + run, "text", text);
        return run(page, tab, run, fields);
    }

    private static FrontEnd run(FrontEnd page, String tab, String run, Object... fields) {
        Object[] all = new Object[fields.length + 2];
        all[0] = "run";
        all[1] = run;
        System.arraycopy(fields, 0, all, 2, fields.length);
        return page.tell(tab, "run", all);
    }

    private static JsonObject ready(FrontEnd page, String tab, String text) {
        JsonObject shown = page.await(
                tab,
                now -> "ready".equals(now.getString("status"))
                        && text.equals(last(now).getString("content")));
        assertEquals(null, shown.getString("error"));
        return shown;
    }

    private static String roles(JsonObject shown) {
        return shown.getJsonArray("messages").stream()
                .map(message -> ((JsonObject) message).getString("role"))
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {NOW, BEFORE})
    void thoughtsTextToolsAndSourcesArrive(String client) throws Exception {
        FrontEnd page = stage.frontEnd(client);
        String thread = open(page);
        upstream.answers(
                Script.stream(delta("{\"reasoning_content\":\"Let me look.\"}")
                        + call("{\"index\":0,\"id\":\"call_1\",\"function\":{\"name\":\"search_docs\",\"arguments\":"
                                + "\"{\\\"query\\\":\\\"wheel millstones\\\",\\\"limit\\\":1}\"}}")
                        + finish("tool_calls") + USAGE + "data: [DONE]\n\n"),
                Script.stream(answer("By an oak shaft [1].")));
        ask(page, thread, Library.WHEEL, "run 1");
        JsonObject shown = ready(page, thread, "By an oak shaft [1].");
        assertEquals("user reasoning assistant tool assistant", roles(shown));
        JsonArray messages = shown.getJsonArray("messages");
        assertEquals("Let me look.", messages.getJsonObject(1).getString("content"));
        assertEquals(
                "search_docs",
                messages.getJsonObject(2)
                        .getJsonArray("toolCalls")
                        .getJsonObject(0)
                        .getJsonObject("function")
                        .getString("name"));
        assertTrue(messages.getJsonObject(3).getString("content").contains("oak shaft"), messages::encode);
        JsonObject citation = shown.getJsonArray("custom").stream()
                .map(JsonObject.class::cast)
                .filter(event -> event.getString("name").equals("citation"))
                .findFirst()
                .orElseThrow();
        assertTrue(citation.getJsonObject("value").getString("quote").contains("oak shaft"), citation::encode);
        upstream.take();
        upstream.take();
        upstream.answers(Script.stream(answer("Two.")));
        ask(page, thread, "And?", "run 2");
        ready(page, thread, "Two.");
        assertEquals(
                List.of("user " + Library.WHEEL, "assistant By an oak shaft [1].", "user And?"),
                upstream.take().body().getJsonArray("messages").stream()
                        .map(JsonObject.class::cast)
                        .map(turn -> turn.getString("role") + " " + turn.getString("content"))
                        .skip(1)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {NOW, BEFORE})
    void aToolOfTheFrontEndIsRunThereAndAnotherRunGoesOn(String client) throws Exception {
        FrontEnd page = stage.frontEnd(client);
        String thread = open(page);
        JsonArray tools = new JsonArray().add(FrontEndStage.PLACE);
        upstream.answers(calls("call_1", "place", "{\"exact\":true}"), Script.stream(answer("By the river.")));
        ask(page, thread, "Where am I?", "run 1", "tools", tools);
        JsonObject asked = page.await(
                thread, shown -> "ready".equals(shown.getString("status")) && shown.getValue("outcome") != null);
        assertEquals("user assistant", roles(asked));
        assertEquals(
                client.equals(NOW) ? new JsonArray().add("call_1") : null,
                asked.getJsonObject("outcome").getJsonArray("pendingToolCallIds"));
        page.tellAndWait(thread, "result", "id", "t1", "call", "call_1", "content", "{\"lat\":1}");
        run(page, thread, "run 2", "tools", tools);
        ready(page, thread, "By the river.");
        assertEquals("user assistant tool assistant", roles(page.see(thread)));
        upstream.take();
        JsonArray messages = upstream.take().body().getJsonArray("messages");
        assertEquals("{\"lat\":1}", messages.getJsonObject(messages.size() - 1).getString("content"));
    }

    @ParameterizedTest
    @ValueSource(strings = {NOW})
    void aPersonAllowsAToolAndAnswersInWords(String client) throws Exception {
        FrontEnd page = stage.frontEnd(client);
        String thread = open(page);
        upstream.answers(
                calls("call_1", "current_time", "{}"),
                calls("call_2", "ask_user", "{\"question\":\"Where?\"}"),
                Script.stream(answer("Noon.")));
        ask(page, thread, "What time is it?", "run 1");
        JsonObject first = page.await(thread, FrontEndInterrupts::areShown);
        JsonObject interrupt = first.getJsonArray("interrupts").getJsonObject(0);
        assertEquals("tool_call", interrupt.getString("reason"));
        assertEquals("May it call current_time?", interrupt.getString("message"));
        assertTrue(first.getJsonArray("events").contains("STATE_SNAPSHOT"), first::encode);
        run(
                page,
                thread,
                "run 2",
                "resume",
                FrontEndInterrupts.resolved(interrupt, new JsonObject().put("approved", true)));
        JsonObject second = page.await(
                thread,
                shown -> FrontEndInterrupts.areShown(shown)
                        && "input_required"
                                .equals(shown.getJsonArray("interrupts")
                                        .getJsonObject(0)
                                        .getString("reason")));
        assertEquals("user assistant tool", roles(second));
        JsonArray resume =
                FrontEndInterrupts.resolved(second.getJsonArray("interrupts").getJsonObject(0), "In Paris.");
        run(page, thread, "run 3", "resume", resume);
        ready(page, thread, "Noon.");
        upstream.take();
        upstream.take();
        JsonArray messages = upstream.take().body().getJsonArray("messages");
        assertEquals(
                "{\"answer\":\"In Paris.\"}",
                messages.getJsonObject(messages.size() - 1).getString("content"));
    }

    @ParameterizedTest
    @ValueSource(strings = {NOW, BEFORE})
    void anErrorIsToldBehindWhatCameBeforeIt(String client) throws Exception {
        FrontEnd page = stage.frontEnd(client);
        String thread = open(page);
        upstream.answers(Script.stream(say("Half an")).ending(End.CUT));
        ask(page, thread, "Who are you?", "run 1");
        JsonObject shown =
                page.await(thread, now -> !"running".equals(now.getString("status")) && now.getString("error") != null);
        assertTrue(shown.getString("error").startsWith("upstream_truncated: "), shown::encode);
        assertEquals("Half an", last(shown).getString("content"));
        upstream.take();
    }

    @ParameterizedTest
    @ValueSource(strings = {NOW, BEFORE})
    void leavingIsNotStoppingAndTheSameRunIsComeBackTo(String client) throws Exception {
        FrontEnd page = stage.frontEnd(client);
        String thread = open(page);
        upstream.answers(Script.stream(delta("{\"reasoning_content\":\"Hm.\"}") + say("Once "))
                .ending(End.OPEN));
        ask(page, thread, "Tell me a story.", "run 1");
        page.await(thread, shown -> "Once ".equals(last(shown).getString("content")));
        Exchange exchange = upstream.take();
        page.tellAndWait(thread, "abort");
        page.await(thread, shown -> !"running".equals(shown.getString("status")));
        assertFalse(exchange.closed().isComplete(), "the run goes on");
        String second = "second " + thread;
        open(page, second, thread);
        page.tellAndWait(second, "say", "id", "q run 1", "text", "Tell me a story.");
        run(page, second, "run 1");
        page.await(second, shown -> "Once ".equals(last(shown).getString("content")));
        open(page, thread, thread, "messages", page.see(thread).getJsonArray("messages"));
        run(page, thread, "run 1");
        page.await(thread, shown -> shown.getJsonArray("events").contains("MESSAGES_SNAPSHOT"));
        exchange.send(say("upon a time.") + STOP + USAGE + "data: [DONE]\n\n").end();
        for (String tab : List.of(thread, second)) {
            JsonObject shown = ready(page, tab, "Once upon a time.");
            assertEquals("user reasoning assistant", roles(shown));
            assertEquals("Hm.", shown.getJsonArray("messages").getJsonObject(1).getString("content"));
        }
        page.tellAndWait(second, "run", "run", "run 1");
        assertTrue(
                page.see(second).getJsonArray("events").contains("MESSAGES_SNAPSHOT"), "it is over, and shown again");
        ready(page, second, "Once upon a time.");
        assertEquals("user reasoning assistant", roles(page.see(second)));
    }

    @ParameterizedTest
    @ValueSource(strings = {NOW})
    void anAnswerToAnInterruptThatIsNoneIsAnError(String client) throws Exception {
        FrontEnd page = stage.frontEnd(client);
        String thread = open(page);
        upstream.answers(Script.stream(answer("One.")));
        ask(page, thread, "First?", "run 1");
        ready(page, thread, "One.");
        upstream.take();
        JsonObject unknown = new JsonObject().put("id", "run_of_another_time:req_1");
        page.tellAndWait(thread, "run", "run", "run 2", "resume", FrontEndInterrupts.resolved(unknown, true));
        JsonObject shown = page.await(thread, now -> now.getString("error") != null);
        assertEquals(
                "input_not_expected: The newest run has asked nothing that this answers.", shown.getString("error"));
        assertEquals(new JsonArray().add("RUN_STARTED").add("RUN_ERROR"), shown.getJsonArray("events"));
    }

    @ParameterizedTest
    @ValueSource(strings = {NOW, BEFORE})
    void aQuestionThatIsAskedAgainIsAnsweredAgainAndNotAskedTwice(String client) throws Exception {
        FrontEnd page = stage.frontEnd(client);
        String thread = open(page);
        upstream.answers(Script.stream(answer("One.")), Script.stream(answer("Another.")));
        ask(page, thread, "First?", "run 1");
        ready(page, thread, "One.");
        upstream.take();
        open(page, thread, thread);
        ask(page, thread, "First?", "run 1");
        ready(page, thread, "One.");
        open(page, thread, thread);
        page.tellAndWait(thread, "say", "id", "q run 1", "text", "First?");
        run(page, thread, "run 2");
        ready(page, thread, "Another.");
        assertEquals(2, upstream.take().body().getJsonArray("messages").size(), "the system's and the question");
    }

    @ParameterizedTest
    @ValueSource(strings = {NOW, BEFORE})
    void aRunThatIsCancelledSaysSo(String client) throws Exception {
        FrontEnd page = stage.frontEnd(client);
        String thread = open(page);
        upstream.answers(Script.stream(say("Once ")).ending(End.OPEN));
        ask(page, thread, "Tell me a story.", "run 1");
        page.await(thread, shown -> "Once ".equals(last(shown).getString("content")));
        upstream.take();
        assertEquals(
                202,
                ada.post("/api/chat/" + thread.replace(" ", "%20") + "/stop", "application/json", new JsonObject())
                        .status());
        JsonObject shown = page.await(thread, now -> "ready".equals(now.getString("status")));
        assertEquals("Once ", last(shown).getString("content"));
        if (client.equals(NOW)) {
            assertEquals("cancelled", shown.getJsonObject("outcome").getString("type"));
        } else {
            assertEquals("CANCELLED: The run was cancelled.", shown.getString("error"));
        }
    }

    /** What a page does with interrupts. */
    private static final class FrontEndInterrupts {

        private FrontEndInterrupts() {}

        static boolean areShown(JsonObject shown) {
            return "ready".equals(shown.getString("status"))
                    && !shown.getJsonArray("interrupts", new JsonArray()).isEmpty();
        }

        static JsonArray resolved(JsonObject interrupt, Object payload) {
            return new JsonArray()
                    .add(new JsonObject()
                            .put("interruptId", interrupt.getString("id"))
                            .put("status", "resolved")
                            .put("payload", payload));
        }
    }
}
