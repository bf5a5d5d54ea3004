package dev.millrace.chat.aisdk;

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
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each row of the table in wire/native.md, to the byte. */
@DisplayName("A run as a UI message stream")
class AiSdkEncoderTest {

    private static final String START =
            "{\"type\":\"start\",\"messageId\":\"msg_1\",\"messageMetadata\":{\"run\":\"run_1\",\"session\":\"ses_1\"}}\n";
    private static final String STEP = "{\"type\":\"start-step\"}\n";
    private static final String STEP_END = "{\"type\":\"finish-step\"}\n";
    private static final String METADATA =
            "\"messageMetadata\":{\"usage\":{\"inputTokens\":9,\"outputTokens\":12,\"totalTokens\":21},\"latencyMs\":40,\"ttftMs\":7";
    private static final String FINISH = "{\"type\":\"finish\",\"finishReason\":\"stop\"," + METADATA + "}}\n[DONE]\n";
    private static final String WAITS = STEP_END + "{\"type\":\"finish\",\"finishReason\":\"tool-calls\"}\n[DONE]\n";

    private static AiSdkEncoder encoder(String... settled) {
        return new AiSdkEncoder(false, true, Set.of(settled));
    }

    private static AiSdkEncoder newest() {
        return new AiSdkEncoder(true, true, Set.of());
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
    @DisplayName("has the event's id in the last of its frames, and nothing but data lines beside it")
    void bytes() {
        Told run = completed(begun().and(new Token("Hi ", 0)).and(new Token("there.", 3)));
        assertEquals("""
                id: 1-1001
                data: {"type":"start","messageId":"msg_1","messageMetadata":{"run":"run_1","session":"ses_1"}}

                id: 2-1002
                data: {"type":"start-step"}

                data: {"type":"text-start","id":"text_1"}

                id: 3-1003
                data: {"type":"text-delta","id":"text_1","delta":"Hi "}

                id: 4-1004
                data: {"type":"text-delta","id":"text_1","delta":"there."}

                data: {"type":"text-end","id":"text_1"}

                id: 5-1005
                data: {"type":"finish-step"}

                data: {"type":"finish","finishReason":"stop","messageMetadata":{"usage":{"inputTokens":9,"outputTokens":12,"totalTokens":21},"latencyMs":40,"ttftMs":7}}

                id: 6-1006
                data: [DONE]

                """, run.to(encoder()));
    }

    @Test
    @DisplayName("shows what leads to an answer for the moment only")
    void passing() {
        Told run = new Told()
                .started()
                .status(Step.QUEUED, "{\"label\":\"Waiting for the run before\",\"position\":1}")
                .and(Status.of(Step.RETRIEVING, "Searching 2 documents"))
                .and(Status.of(Step.SUMMARIZING))
                .status(Step.STEERED, "{\"input\":\"in_1\",\"text\":\"In French, please.\"}");
        assertEquals(START + """
                        {"type":"data-status","data":{"step":"queued","label":"Waiting for the run before","position":1},"transient":true}
                        {"type":"data-status","data":{"step":"retrieving","label":"Searching 2 documents"},"transient":true}
                        {"type":"data-status","data":{"step":"summarizing"},"transient":true}
                        {"type":"data-status","data":{"step":"steered","input":"in_1","text":"In French, please."},"transient":true}
                        """, run.frames(encoder()));
    }

    @Test
    @DisplayName("has thoughts and text as parts of their own, each closed before the next")
    void parts() {
        Told run = completed(begun().and(Token.reasoning("Hm, ", 0, "reasoning_1"))
                .and(Token.reasoning("well.", 4, "reasoning_1"))
                .and(new Token("Rye.", 0))
                .and(Token.reasoning("Or not?", 0, "reasoning_2"))
                .and(new Token(" Wheat.", 4)));
        assertEquals(START + STEP + """
                        {"type":"reasoning-start","id":"reasoning_1"}
                        {"type":"reasoning-delta","id":"reasoning_1","delta":"Hm, "}
                        {"type":"reasoning-delta","id":"reasoning_1","delta":"well."}
                        {"type":"reasoning-end","id":"reasoning_1"}
                        {"type":"text-start","id":"text_1"}
                        {"type":"text-delta","id":"text_1","delta":"Rye."}
                        {"type":"text-end","id":"text_1"}
                        {"type":"reasoning-start","id":"reasoning_2"}
                        {"type":"reasoning-delta","id":"reasoning_2","delta":"Or not?"}
                        {"type":"reasoning-end","id":"reasoning_2"}
                        {"type":"text-start","id":"text_2"}
                        {"type":"text-delta","id":"text_2","delta":" Wheat."}
                        {"type":"text-end","id":"text_2"}
                        """ + STEP_END + FINISH, run.frames(encoder()));
    }

    @Test
    @DisplayName("marks the tools of the server as executed, so that no tab runs them")
    void serverTools() {
        Told run = completed(
                begun().status(Step.RUNNING_TOOL, "{\"call\":\"a\",\"tool\":\"search\",\"arguments\":{\"q\":\"rye\"}}")
                        .status(Step.RUNNING_TOOL, "{\"call\":\"b\",\"tool\":\"grind\",\"arguments\":\"{broken\"}")
                        .status(
                                Step.TOOL_RESULT,
                                "{\"call\":\"a\",\"tool\":\"search\",\"ok\":true,\"result\":{\"hits\":1},\"took_ms\":3}")
                        .status(
                                Step.TOOL_RESULT,
                                "{\"call\":\"b\",\"tool\":\"grind\",\"ok\":false,\"result\":{\"error\":\"No such mill.\"},\"took_ms\":3}")
                        .generating());
        assertEquals(START + STEP + """
                        {"type":"tool-input-available","toolCallId":"a","toolName":"search","input":{"q":"rye"},"providerExecuted":true,"dynamic":true}
                        {"type":"tool-input-available","toolCallId":"b","toolName":"grind","input":"{broken","providerExecuted":true,"dynamic":true}
                        {"type":"tool-output-available","toolCallId":"a","output":{"hits":1},"providerExecuted":true,"dynamic":true}
                        {"type":"tool-output-error","toolCallId":"b","errorText":"No such mill.","providerExecuted":true,"dynamic":true}
                        """ + STEP_END + STEP + STEP_END + FINISH, run.frames(encoder()));
    }

    @Test
    @DisplayName("names the artifact that holds a long result")
    void longResult() {
        Told run = begun().status(Step.RUNNING_TOOL, "{\"call\":\"a\",\"tool\":\"search\",\"arguments\":{}}")
                .and(new Artifact("a", 1, "tool_result", "search", new JsonObject().put("hits", 1), true))
                .status(
                        Step.TOOL_RESULT,
                        "{\"call\":\"a\",\"tool\":\"search\",\"ok\":true,\"artifact\":\"a\",\"took_ms\":3}");
        assertEquals(START + STEP + """
                        {"type":"tool-input-available","toolCallId":"a","toolName":"search","input":{},"providerExecuted":true,"dynamic":true}
                        {"type":"data-artifact","data":{"id":"a","rev":1,"kind":"tool_result","title":"search","content":{"hits":1},"final":true},"id":"a"}
                        {"type":"tool-output-available","toolCallId":"a","output":{"artifact":"a"},"providerExecuted":true,"dynamic":true}
                        """, run.frames(encoder()));
    }

    private static Told frontEndTool() {
        return begun().status(
                        Step.INPUT_REQUIRED,
                        "{\"request\":\"req_1\",\"kind\":\"tool\",\"call\":\"a\",\"tool\":\"place\",\"arguments\":{\"exact\":true}}");
    }

    @Test
    @DisplayName("leaves a tool of the front end to it, and the message is finished until it has answered")
    void frontEndTools() {
        assertEquals(START + STEP + """
                        {"type":"tool-input-available","toolCallId":"a","toolName":"place","input":{"exact":true}}
                        """ + WAITS, frontEndTool().frames(encoder()));
    }

    @Test
    @DisplayName("goes on with the same message behind the answer to its request")
    void answered() {
        Told run = completed(frontEndTool()
                .status(Step.STEERED, "{\"input\":\"in_1\",\"request\":\"req_1\",\"output\":{\"lat\":1}}")
                .status(
                        Step.TOOL_RESULT,
                        "{\"call\":\"a\",\"tool\":\"place\",\"ok\":true,\"result\":{\"output\":{\"lat\":1}}}")
                .generating()
                .and(new Token("Here.", 0)));
        assertEquals(START + """
                        {"type":"tool-output-available","toolCallId":"a","output":{"lat":1}}
                        {"type":"start-step"}
                        {"type":"text-start","id":"text_1"}
                        {"type":"text-delta","id":"text_1","delta":"Here."}
                        {"type":"text-end","id":"text_1"}
                        """ + STEP_END + FINISH, run.frames(encoder("req_1"), 3));
    }

    @Test
    @DisplayName("shows who comes back a call that was answered, and does not have it run again")
    void answeredBefore() {
        Told run = completed(frontEndTool()
                .status(Step.STEERED, "{\"input\":\"in_1\",\"request\":\"req_1\",\"output\":\"here\"}")
                .status(
                        Step.TOOL_RESULT,
                        "{\"call\":\"a\",\"tool\":\"place\",\"ok\":true,\"result\":{\"output\":\"here\"}}")
                .generating());
        assertEquals(START + STEP + """
                        {"type":"tool-input-start","toolCallId":"a","toolName":"place"}
                        {"type":"tool-input-delta","toolCallId":"a","inputTextDelta":"{\\"exact\\":true}"}
                        {"type":"tool-output-available","toolCallId":"a","output":"here"}
                        """ + STEP_END + STEP + STEP_END + FINISH, run.frames(encoder("req_1")));
    }

    @Test
    @DisplayName("is finished only when all that was asked together is there and no tool of the server runs")
    void together() {
        Told run = begun().status(Step.RUNNING_TOOL, "{\"call\":\"s\",\"tool\":\"search\",\"arguments\":{}}")
                .status(
                        Step.INPUT_REQUIRED,
                        "{\"request\":\"req_1\",\"kind\":\"tool\",\"call\":\"a\",\"tool\":\"place\",\"arguments\":{},\"together\":2}")
                .status(
                        Step.INPUT_REQUIRED,
                        "{\"request\":\"req_2\",\"kind\":\"tool\",\"call\":\"b\",\"tool\":\"place\",\"arguments\":{},\"together\":2}")
                .status(Step.TOOL_RESULT, "{\"call\":\"s\",\"tool\":\"search\",\"ok\":true,\"result\":{}}");
        assertEquals(START + STEP + """
                        {"type":"tool-input-available","toolCallId":"s","toolName":"search","input":{},"providerExecuted":true,"dynamic":true}
                        {"type":"tool-input-available","toolCallId":"a","toolName":"place","input":{}}
                        {"type":"tool-input-available","toolCallId":"b","toolName":"place","input":{}}
                        {"type":"tool-output-available","toolCallId":"s","output":{},"providerExecuted":true,"dynamic":true}
                        """ + WAITS, run.frames(encoder()));
    }

    private static Told approval() {
        return begun().status(
                        Step.INPUT_REQUIRED,
                        "{\"request\":\"req_1\",\"kind\":\"approval\",\"label\":\"May it call grind?\",\"call\":\"a\",\"tool\":\"grind\",\"arguments\":{}}");
    }

    private static final String ASKED = """
            {"type":"tool-input-available","toolCallId":"a","toolName":"grind","input":{},"providerExecuted":true,"dynamic":true}
            {"type":"tool-approval-request","approvalId":"req_1","toolCallId":"a"%s}
            """;

    @Test
    @DisplayName("asks for leave, and says why to a client that can read it")
    void approvals() {
        assertEquals(START + STEP + ASKED.formatted("") + WAITS, approval().frames(encoder()));
        assertEquals(
                START + STEP + ASKED.formatted(",\"reason\":\"May it call grind?\"") + WAITS,
                approval().frames(newest()));
    }

    @Test
    @DisplayName("shows what came of a call that was allowed, or that it was denied")
    void allowed() {
        Told allowed = approval()
                .status(Step.STEERED, "{\"input\":\"in_1\",\"request\":\"req_1\",\"approved\":true}")
                .status(Step.RUNNING_TOOL, "{\"call\":\"a\",\"tool\":\"grind\",\"arguments\":{}}")
                .status(Step.TOOL_RESULT, "{\"call\":\"a\",\"tool\":\"grind\",\"ok\":true,\"result\":{\"flour\":1}}");
        assertEquals(START + """
                        {"type":"tool-output-available","toolCallId":"a","output":{"flour":1},"providerExecuted":true,"dynamic":true}
                        """, allowed.frames(encoder("req_1"), 3));
        Told denied = approval()
                .status(Step.STEERED, "{\"input\":\"in_1\",\"request\":\"req_1\",\"approved\":false}")
                .status(
                        Step.TOOL_RESULT,
                        "{\"call\":\"a\",\"tool\":\"grind\",\"ok\":false,\"result\":{\"error\":\"No.\"}}");
        assertEquals(START + """
                        {"type":"tool-output-denied","toolCallId":"a"}
                        """, denied.frames(encoder("req_1"), 3));
    }

    @Test
    @DisplayName("asks its person in words through a tool of the front end")
    void questions() {
        Told run = begun().status(
                        Step.INPUT_REQUIRED,
                        "{\"request\":\"req_1\",\"kind\":\"form\",\"label\":\"Where?\",\"schema\":{\"type\":\"object\"},\"call\":\"a\",\"tool\":\"ask_user\"}");
        assertEquals(START + STEP + """
                        {"type":"tool-input-available","toolCallId":"a","toolName":"ask_user","input":{"question":"Where?","schema":{"type":"object"}}}
                        """ + WAITS, run.frames(encoder()));
    }

    @Test
    @DisplayName("has artifacts and warnings as data, an artifact by its id")
    void data() {
        Told run = new Told()
                .started()
                .and(new Artifact("a1", 2, "chart", "Mills", "…", false))
                .and(new Warning("not_in_documents", "It is not there."));
        assertEquals(START + """
                        {"type":"data-artifact","data":{"id":"a1","rev":2,"kind":"chart","title":"Mills","content":"…","final":false},"id":"a1"}
                        {"type":"data-warning","data":{"code":"not_in_documents","message":"It is not there."}}
                        """, run.frames(encoder()));
    }

    private static Told cited() {
        return completed(begun().and(new Citation(1, "Mills", "mills.md#L3", null, "An oak shaft", 0, 8))
                .and(new Token("By oak [1].", 0))
                .and(new Citation(1, "Mills", "mills.md#L3", null, null, null, null))
                .and(new Citation(2, "Web", "web", "https://mills.example/", null, 8, 11)));
    }

    @Test
    @DisplayName("names each source once, and each citation with its place")
    void sources() {
        assertEquals(START + STEP + """
                        {"type":"source-document","sourceId":"source_1","mediaType":"text/markdown","title":"Mills","filename":"mills.md"}
                        {"type":"data-citation","data":{"n":1,"title":"Mills","source":"mills.md#L3","quote":"An oak shaft","start":0,"end":8}}
                        {"type":"text-start","id":"text_1"}
                        {"type":"text-delta","id":"text_1","delta":"By oak [1]."}
                        {"type":"data-citation","data":{"n":1,"title":"Mills","source":"mills.md#L3"}}
                        {"type":"source-url","sourceId":"source_2","url":"https://mills.example/","title":"Web"}
                        {"type":"data-citation","data":{"n":2,"title":"Web","source":"web","url":"https://mills.example/","start":8,"end":11}}
                        {"type":"text-end","id":"text_1"}
                        """ + STEP_END + FINISH, cited().frames(encoder()));
    }

    @Test
    @DisplayName("has the citations at the end of their text for the newest clients")
    void citations() {
        String end = """
                {"type":"text-end","id":"text_1","citations":[\
                {"source":{"type":"source","sourceType":"document","id":"source_1","mediaType":"text/markdown","title":"Mills","filename":"mills.md"},"startIndex":0,"endIndex":8,"citedText":"An oak shaft"},\
                {"source":{"type":"source","sourceType":"url","id":"source_2","url":"https://mills.example/","title":"Web"},"startIndex":8,"endIndex":11}]}
                """;
        String told = cited().frames(newest());
        assertEquals(
                end,
                told.lines()
                                .filter(line -> line.contains("text-end"))
                                .findFirst()
                                .orElseThrow() + "\n");
    }

    @Test
    @DisplayName("ends at an error, behind what was said before it")
    void failed() {
        Told run = begun().and(new Token("Half", 0))
                .and(new Failure("upstream_truncated", "The answer broke off.", true))
                .and(done(Outcome.FAILED, "error"));
        assertEquals(START + STEP + """
                        {"type":"text-start","id":"text_1"}
                        {"type":"text-delta","id":"text_1","delta":"Half"}
                        {"type":"text-end","id":"text_1"}
                        {"type":"error","errorText":"The answer broke off."}
                        [DONE]
                        """, run.frames(encoder()));
    }

    private static final String HALF = """
            {"type":"text-start","id":"text_1"}
            {"type":"text-delta","id":"text_1","delta":"Half"}
            {"type":"text-end","id":"text_1"}
            """;

    @Test
    @DisplayName("says in its metadata that it was cancelled, since clients do not read that it was aborted")
    void cancelled() {
        Told run = begun().and(new Token("Half", 0)).and(done(Outcome.CANCELLED, "cancelled"));
        String finish =
                "{\"type\":\"finish\",\"finishReason\":\"other\"," + METADATA + ",\"cancelled\":true}}\n[DONE]\n";
        assertEquals(START + STEP + HALF + STEP_END + "{\"type\":\"abort\"}\n" + finish, run.frames(encoder()));
        assertEquals(
                START + STEP + HALF + STEP_END + "{\"type\":\"abort\",\"reason\":\"cancelled\"}\n" + finish,
                run.frames(newest()));
    }

    @Test
    @DisplayName("warns when its time was over, and keeps what there is")
    void timeout() {
        Told run = begun().and(new Token("Half", 0)).and(done(Outcome.TIMEOUT, "timeout"));
        String told = START + STEP + HALF + STEP_END
                + "{\"type\":\"data-warning\",\"data\":{\"code\":\"timeout\",\"message\":\"The answer took too long, and is not whole.\"}}\n"
                + "{\"type\":\"finish\",\"finishReason\":\"%s\"," + METADATA + "}}\n[DONE]\n";
        assertEquals(told.formatted("other"), run.frames(encoder()));
        assertEquals(told.formatted("interrupted"), run.frames(newest()));
    }

    @Test
    @DisplayName("has what steers it as a message for the newest clients")
    void steering() {
        Told run = new Told().started().status(Step.STEERED, "{\"input\":\"in_1\",\"text\":\"In French, please.\"}");
        assertEquals(
                START
                        + "{\"type\":\"steering-message\",\"id\":\"in_1\",\"parts\":[{\"type\":\"text\",\"text\":\"In French, please.\"}]}\n",
                run.frames(newest()));
    }

    @Test
    @DisplayName("has only reasons for its end that every client knows")
    void reasons() {
        for (String[] reason : new String[][] {
            {"stop", "stop"}, {"length", "length"}, {"content_filter", "content-filter"}, {"eos", "other"}
        }) {
            String told =
                    new Told().started().and(done(Outcome.COMPLETED, reason[0])).frames(encoder());
            assertEquals(START + FINISH.replace("\"stop\"", "\"" + reason[1] + "\""), told);
        }
    }

    @Test
    @DisplayName("goes on behind an event without beginning again, with the same parts")
    void tail() {
        Told run = completed(begun().and(new Token("Hi ", 0)).and(new Token("there.", 3)));
        AiSdkEncoder goingOn = new AiSdkEncoder(false, false, Set.of());
        assertEquals("""
                {"type":"text-delta","id":"text_1","delta":"there."}
                {"type":"text-end","id":"text_1"}
                """ + STEP_END + FINISH, run.frames(goingOn, 3));
    }

    @Test
    @DisplayName("tells a reader what is lost, and breaks off where the log begins anew")
    void notices() {
        Notice gap = Notice.gap(Told.id(0), Told.id(4), Told.id(5), Told.id(9));
        assertEquals(
                "{\"type\":\"start\"}\n{\"type\":\"data-warning\",\"data\":{\"code\":\"gap\",\"message\":\"A part of this answer is no longer kept.\",\"requested\":\"0-0\",\"first\":\"5-1005\",\"head\":\"9-1009\",\"lost\":4}}\n",
                new Told().aside(encoder(), gap));
        JsonObject soon = new JsonObject().put("code", "token_expiring").put("message", "Soon.");
        assertEquals(
                "{\"type\":\"data-warning\",\"data\":{\"code\":\"token_expiring\",\"message\":\"Soon.\"},\"transient\":true}\n",
                begun().aside(encoder(), Notice.warning(soon)));
        Notice reset = Notice.reset(Notice.Reason.IDENTITY, "3-3", Told.id(1), Told.id(2));
        assertThrows(IllegalStateException.class, () -> begun().aside(encoder(), reset));
    }
}
