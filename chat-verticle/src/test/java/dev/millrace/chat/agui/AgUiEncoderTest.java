package dev.millrace.chat.agui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.chat.dialect.Told;
import dev.millrace.event.Notice;
import dev.millrace.event.RunEvent.Artifact;
import dev.millrace.event.RunEvent.Citation;
import dev.millrace.event.RunEvent.Done;
import dev.millrace.event.RunEvent.Failure;
import dev.millrace.event.RunEvent.Outcome;
import dev.millrace.event.RunEvent.Status;
import dev.millrace.event.RunEvent.Step;
import dev.millrace.event.RunEvent.Token;
import dev.millrace.event.RunEvent.Warning;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each row of the table in wire/native.md, to the byte. */
@DisplayName("A run as events of AG-UI")
class AgUiEncoderTest {

    private static final AgUiExchange EXCHANGE =
            new AgUiExchange("t1", "r1", false, new JsonObject().put("theme", "dark"));
    private static final AgUiExchange LEGACY = new AgUiExchange("t1", "r1", true, null);
    private static final JsonArray HISTORY = new JsonArray("[{\"id\":\"q1\",\"role\":\"user\",\"content\":\"Well?\"}]");

    private static final String STARTED =
            "{\"type\":\"RUN_STARTED\",\"threadId\":\"t1\",\"runId\":\"r1\",\"protocolVersion\":\"1.0\"}\n";
    private static final String STEP = "{\"type\":\"STEP_STARTED\",\"stepName\":\"generating\"}\n";
    private static final String STEP_END = "{\"type\":\"STEP_FINISHED\",\"stepName\":\"generating\"}\n";
    private static final String FINISHED =
            "{\"type\":\"RUN_FINISHED\",\"threadId\":\"t1\",\"runId\":\"r1\",\"outcome\":{\"type\":\"success\"},"
                    + "\"usage\":[{\"inputTokens\":9,\"outputTokens\":12,\"totalTokens\":21}]}\n";

    private static AgUiEncoder encoder(String... settled) {
        return new AgUiEncoder(EXCHANGE, null, Set.of(settled));
    }

    private static AgUiEncoder legacy() {
        return new AgUiEncoder(LEGACY, null, Set.of());
    }

    private static AgUiEncoder returning(String... settled) {
        return new AgUiEncoder(EXCHANGE, HISTORY, Set.of(settled));
    }

    private static Told begun() {
        return new Told().started().generating();
    }

    private static Done done(Outcome outcome, String finish) {
        JsonObject usage = new JsonObject().put("input_tokens", 9).put("output_tokens", 12);
        return Done.of(outcome, finish, 40, 7L, usage, "text");
    }

    private static Told completed(Told run) {
        return run.and(Status.of(Step.COMPLETED)).and(done(Outcome.COMPLETED, "stop"));
    }

    @Test
    @DisplayName("has the event's id in the last of its frames, and no word behind the last event")
    void bytes() {
        Told run = completed(begun().and(new Token("Hi.", 0)));
        assertEquals("""
                id: 1-1001
                data: {"type":"RUN_STARTED","threadId":"t1","runId":"r1","protocolVersion":"1.0"}

                id: 2-1002
                data: {"type":"STEP_STARTED","stepName":"generating"}

                data: {"type":"TEXT_MESSAGE_START","messageId":"msg_1","role":"assistant"}

                id: 3-1003
                data: {"type":"TEXT_MESSAGE_CONTENT","messageId":"msg_1","delta":"Hi."}

                data: {"type":"TEXT_MESSAGE_END","messageId":"msg_1"}

                id: 4-1004
                data: {"type":"STEP_FINISHED","stepName":"generating"}

                id: 5-1005
                data: {"type":"RUN_FINISHED","threadId":"t1","runId":"r1","outcome":{"type":"success"},"usage":[{"inputTokens":9,"outputTokens":12,"totalTokens":21}]}

                """, run.to(encoder()));
    }

    @Test
    @DisplayName("has what leads to an answer, and what steers it, as custom events")
    void custom() {
        Told run = new Told()
                .started()
                .status(Step.QUEUED, "{\"label\":\"Waiting for the run before\",\"position\":1}")
                .and(Status.of(Step.RETRIEVING, "Searching 2 documents"))
                .and(Status.of(Step.SUMMARIZING))
                .status(Step.STEERED, "{\"input\":\"in_1\",\"text\":\"In French, please.\"}")
                .and(new Warning("not_in_documents", "It is not there."));
        assertEquals(STARTED + """
                        {"type":"CUSTOM","name":"status","value":{"step":"queued","label":"Waiting for the run before","position":1}}
                        {"type":"CUSTOM","name":"status","value":{"step":"retrieving","label":"Searching 2 documents"}}
                        {"type":"CUSTOM","name":"status","value":{"step":"summarizing"}}
                        {"type":"CUSTOM","name":"status","value":{"step":"steered","input":"in_1","text":"In French, please."}}
                        {"type":"CUSTOM","name":"warning","value":{"code":"not_in_documents","message":"It is not there."}}
                        """, run.frames(encoder()));
    }

    @Test
    @DisplayName("closes thoughts before text, and calls tools from the message that is written")
    void everything() {
        Told run = completed(begun().and(Token.reasoning("Hm.", 0, "reasoning_1"))
                .and(new Token("Let me look.", 0))
                .status(Step.RUNNING_TOOL, "{\"call\":\"a\",\"tool\":\"search\",\"arguments\":{\"q\":\"rye\"}}")
                .status(Step.TOOL_RESULT, "{\"call\":\"a\",\"tool\":\"search\",\"ok\":true,\"result\":{\"hits\":1}}")
                .generating()
                .and(new Citation(1, "Mills", "mills.md#L3", null, "An oak shaft", 12, 20))
                .and(new Token("\n\nBy oak.", 12))
                .and(new Artifact("a1", 1, "chart", "Mills", "…", false))
                .and(new Artifact("a1", 2, "chart", "Mills", "whole", true)));
        assertEquals(STARTED + STEP + """
                        {"type":"REASONING_START","messageId":"msg_1_reasoning_1"}
                        {"type":"REASONING_MESSAGE_START","messageId":"msg_1_reasoning_1","role":"reasoning"}
                        {"type":"REASONING_MESSAGE_CONTENT","messageId":"msg_1_reasoning_1","delta":"Hm."}
                        {"type":"REASONING_MESSAGE_END","messageId":"msg_1_reasoning_1"}
                        {"type":"REASONING_END","messageId":"msg_1_reasoning_1"}
                        {"type":"TEXT_MESSAGE_START","messageId":"msg_1","role":"assistant"}
                        {"type":"TEXT_MESSAGE_CONTENT","messageId":"msg_1","delta":"Let me look."}
                        {"type":"TEXT_MESSAGE_END","messageId":"msg_1"}
                        {"type":"TOOL_CALL_START","toolCallId":"a","toolCallName":"search","parentMessageId":"msg_1"}
                        {"type":"TOOL_CALL_ARGS","toolCallId":"a","delta":"{\\"q\\":\\"rye\\"}"}
                        {"type":"TOOL_CALL_END","toolCallId":"a"}
                        {"type":"TOOL_CALL_RESULT","messageId":"msg_1_a","toolCallId":"a","content":"{\\"hits\\":1}","role":"tool"}
                        """ + STEP_END + STEP + """
                        {"type":"CUSTOM","name":"citation","value":{"n":1,"title":"Mills","source":"mills.md#L3","quote":"An oak shaft","start":12,"end":20}}
                        {"type":"TEXT_MESSAGE_START","messageId":"msg_1_2","role":"assistant"}
                        {"type":"TEXT_MESSAGE_CONTENT","messageId":"msg_1_2","delta":"\\n\\nBy oak."}
                        {"type":"ACTIVITY_SNAPSHOT","messageId":"msg_1_a1","activityType":"artifact","content":{"id":"a1","rev":1,"kind":"chart","title":"Mills","content":"…","final":false}}
                        {"type":"ACTIVITY_DELTA","messageId":"msg_1_a1","activityType":"artifact","patch":[{"op":"replace","path":"/rev","value":2},{"op":"replace","path":"/content","value":"whole"},{"op":"replace","path":"/final","value":true}]}
                        {"type":"TEXT_MESSAGE_END","messageId":"msg_1_2","metadata":{"citations":[{"n":1,"title":"Mills","source":"mills.md#L3","quote":"An oak shaft","start":0,"end":8}]}}
                        """ + STEP_END + FINISHED, run.frames(encoder()));
    }

    private static Told frontEndTool() {
        return begun().status(
                        Step.INPUT_REQUIRED,
                        "{\"request\":\"req_1\",\"kind\":\"tool\",\"call\":\"a\",\"tool\":\"place\",\"arguments\":{}}");
    }

    private static final String CALLED = """
            {"type":"TOOL_CALL_START","toolCallId":"a","toolCallName":"place","parentMessageId":"msg_1"}
            {"type":"TOOL_CALL_ARGS","toolCallId":"a","delta":"{}"}
            {"type":"TOOL_CALL_END","toolCallId":"a"}
            """;
    private static final String WAITS =
            "{\"type\":\"RUN_FINISHED\",\"threadId\":\"t1\",\"runId\":\"r1\",\"outcome\":{\"type\":\"success\"%s}}\n";

    @Test
    @DisplayName("leaves a tool of the front end to it, and says so to a client that can read it")
    void frontEndTools() {
        assertEquals(
                STARTED + STEP + CALLED + STEP_END + WAITS.formatted(",\"pendingToolCallIds\":[\"a\"]"),
                frontEndTool().frames(encoder()));
        assertEquals(
                STARTED.replace(",\"protocolVersion\":\"1.0\"", "") + STEP + CALLED + STEP_END + WAITS.formatted(""),
                frontEndTool().frames(legacy()));
    }

    @Test
    @DisplayName("goes on in another run of the client behind its tool's result, which is not told again")
    void answered() {
        Told run = completed(frontEndTool()
                .status(Step.STEERED, "{\"input\":\"in_1\",\"request\":\"req_1\",\"output\":1}")
                .status(Step.TOOL_RESULT, "{\"call\":\"a\",\"tool\":\"place\",\"ok\":true,\"result\":{\"output\":1}}")
                .generating()
                .and(new Token("Here.", 0)));
        String status =
                "{\"type\":\"CUSTOM\",\"name\":\"status\",\"value\":{\"step\":\"steered\",\"input\":\"in_1\",\"request\":\"req_1\",\"output\":1}}\n";
        assertEquals(STARTED + status + STEP + """
                        {"type":"TEXT_MESSAGE_START","messageId":"msg_1_2","role":"assistant"}
                        {"type":"TEXT_MESSAGE_CONTENT","messageId":"msg_1_2","delta":"Here."}
                        {"type":"TEXT_MESSAGE_END","messageId":"msg_1_2"}
                        """ + STEP_END + FINISHED, run.frames(encoder("req_1"), 3));
    }

    @Test
    @DisplayName("interrupts for leave and for words, behind the state that the page has")
    void interrupts() {
        Told run = begun().status(
                        Step.INPUT_REQUIRED,
                        "{\"request\":\"req_1\",\"kind\":\"approval\",\"label\":\"May it?\",\"call\":\"a\",\"tool\":\"place\",\"arguments\":{},\"expires_at\":\"2026-11-20T12:00:00Z\",\"together\":2}")
                .status(
                        Step.INPUT_REQUIRED,
                        "{\"request\":\"req_2\",\"kind\":\"text\",\"label\":\"Where?\",\"call\":\"b\",\"tool\":\"ask_user\",\"together\":2}");
        String interrupts = """
                {"type":"RUN_FINISHED","threadId":"t1","runId":"r1","outcome":{"type":"interrupt","interrupts":[\
                {"id":"run_1:req_1","reason":"tool_call","toolCallId":"a","message":"May it?","responseSchema":{"type":"object","properties":{"approved":{"type":"boolean"}},"required":["approved"]},"expiresAt":"2026-11-20T12:00:00Z"},\
                {"id":"run_1:req_2","reason":"input_required","message":"Where?","responseSchema":{"type":"string"}}]}}
                """;
        assertEquals(
                STARTED + STEP + CALLED + STEP_END + "{\"type\":\"STATE_SNAPSHOT\",\"snapshot\":{\"theme\":\"dark\"}}\n"
                        + interrupts,
                run.frames(encoder()));
    }

    @Test
    @DisplayName("has only the result for a call that was allowed")
    void allowed() {
        Told run = begun().status(
                        Step.INPUT_REQUIRED,
                        "{\"request\":\"req_1\",\"kind\":\"approval\",\"call\":\"a\",\"tool\":\"grind\",\"arguments\":{}}")
                .status(Step.STEERED, "{\"input\":\"in_1\",\"request\":\"req_1\",\"approved\":true}")
                .status(Step.RUNNING_TOOL, "{\"call\":\"a\",\"tool\":\"grind\",\"arguments\":{}}")
                .status(Step.TOOL_RESULT, "{\"call\":\"a\",\"tool\":\"grind\",\"ok\":true,\"result\":{\"flour\":1}}");
        assertEquals(STARTED + """
                        {"type":"CUSTOM","name":"status","value":{"step":"steered","input":"in_1","request":"req_1","approved":true}}
                        {"type":"TOOL_CALL_RESULT","messageId":"msg_1_a","toolCallId":"a","content":"{\\"flour\\":1}","role":"tool"}
                        """, run.frames(encoder("req_1"), 3));
    }

    @Test
    @DisplayName("shows who comes back all messages as they are, opens what is open, and goes on")
    void returned() {
        Told run = completed(begun().and(Token.reasoning("Hm.", 0, "reasoning_1"))
                .and(new Artifact("a1", 1, "chart", "Mills", "…", false))
                .status(Step.RUNNING_TOOL, "{\"call\":\"a\",\"tool\":\"search\",\"arguments\":{}}")
                .status(Step.TOOL_RESULT, "{\"call\":\"a\",\"tool\":\"search\",\"ok\":true,\"result\":{}}")
                .generating()
                .and(new Token("By ", 0))
                .and(new Token("oak.", 3)));
        String snapshot = """
                {"type":"MESSAGES_SNAPSHOT","messages":[{"id":"q1","role":"user","content":"Well?"},\
                {"id":"msg_1_reasoning_1","role":"reasoning","content":"Hm."},\
                {"id":"msg_1_a1","role":"activity","activityType":"artifact","content":{"id":"a1","rev":1,"kind":"chart","title":"Mills","content":"…","final":false}},\
                {"id":"msg_1","role":"assistant","toolCalls":[{"id":"a","type":"function","function":{"name":"search","arguments":"{}"}}]},\
                {"id":"msg_1_a","role":"tool","toolCallId":"a","content":"{}"},\
                {"id":"msg_1_2","role":"assistant","content":"By "}]}
                """;
        assertEquals(STARTED + snapshot + STEP + """
                        {"type":"TEXT_MESSAGE_START","messageId":"msg_1_2","role":"assistant"}
                        {"type":"TEXT_MESSAGE_CONTENT","messageId":"msg_1_2","delta":"oak."}
                        {"type":"TEXT_MESSAGE_END","messageId":"msg_1_2"}
                        """ + STEP_END + FINISHED, run.frames(returning(), 8));
    }

    @Test
    @DisplayName("opens thoughts again for who comes back in the middle of them")
    void thinking() {
        Told run = begun().and(Token.reasoning("Hm", 0, "reasoning_1")).and(Token.reasoning(".", 2, "reasoning_1"));
        assertEquals("""
                {"type":"REASONING_START","messageId":"msg_1_reasoning_1"}
                {"type":"REASONING_MESSAGE_START","messageId":"msg_1_reasoning_1","role":"reasoning"}
                {"type":"REASONING_MESSAGE_CONTENT","messageId":"msg_1_reasoning_1","delta":"."}
                """, run.frames(returning(), 3).lines().skip(3).reduce("", (all, line) -> all + line + "\n"));
    }

    @Test
    @DisplayName("ends at once for who comes back to a run that waits")
    void waiting() {
        String told = frontEndTool().frames(returning(), 3);
        assertEquals(
                WAITS.formatted(",\"pendingToolCallIds\":[\"a\"]"),
                told.lines().skip(2).findFirst().orElseThrow() + "\n");
    }

    @Test
    @DisplayName("ends at an error with what is open")
    void failed() {
        Told run = begun().and(new Token("Half", 0))
                .and(new Failure("upstream_truncated", "The answer broke off.", true))
                .and(done(Outcome.FAILED, "error"));
        assertEquals(STARTED + STEP + """
                        {"type":"TEXT_MESSAGE_START","messageId":"msg_1","role":"assistant"}
                        {"type":"TEXT_MESSAGE_CONTENT","messageId":"msg_1","delta":"Half"}
                        {"type":"RUN_ERROR","message":"The answer broke off.","code":"upstream_truncated"}
                        """, run.frames(encoder()));
    }

    @Test
    @DisplayName("says that it was cancelled, or took too long, as each client can read it")
    void ended() {
        Told cancelled = begun().and(done(Outcome.CANCELLED, "cancelled"));
        assertEquals(
                STARTED + STEP + STEP_END
                        + "{\"type\":\"RUN_FINISHED\",\"threadId\":\"t1\",\"runId\":\"r1\",\"outcome\":{\"type\":\"cancelled\"}}\n",
                cancelled.frames(encoder()));
        assertEquals(
                "{\"type\":\"RUN_ERROR\",\"message\":\"The run was cancelled.\",\"code\":\"CANCELLED\"}",
                cancelled.frames(legacy()).lines().reduce((first, last) -> last).orElseThrow());
        assertEquals(
                "{\"type\":\"RUN_ERROR\",\"message\":\"The answer took too long, and is not whole.\",\"code\":\"TIMEOUT\"}",
                begun().and(done(Outcome.TIMEOUT, "timeout"))
                        .frames(encoder())
                        .lines()
                        .reduce((first, last) -> last)
                        .orElseThrow());
    }

    @Test
    @DisplayName("tells a reader what is lost, and breaks off where the log begins anew")
    void notices() {
        Notice gap = Notice.gap(Told.id(0), Told.id(4), Told.id(5), Told.id(9));
        assertEquals(
                STARTED
                        + "{\"type\":\"CUSTOM\",\"name\":\"warning\",\"value\":{\"code\":\"gap\",\"message\":\"A part of this answer is no longer kept.\",\"requested\":\"0-0\",\"first\":\"5-1005\",\"head\":\"9-1009\",\"lost\":4}}\n",
                new Told().aside(encoder(), gap));
        Notice reset = Notice.reset(Notice.Reason.IDENTITY, "3-3", Told.id(1), Told.id(2));
        assertThrows(IllegalStateException.class, () -> begun().aside(encoder(), reset));
    }
}
