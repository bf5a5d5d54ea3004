package dev.millrace.agent.openai;

import static dev.millrace.agent.openai.Wire.DONE;
import static dev.millrace.agent.openai.Wire.STOP;
import static dev.millrace.agent.openai.Wire.USAGE;
import static dev.millrace.agent.openai.Wire.answer;
import static dev.millrace.agent.openai.Wire.call;
import static dev.millrace.agent.openai.Wire.data;
import static dev.millrace.agent.openai.Wire.delta;
import static dev.millrace.agent.openai.Wire.finish;
import static dev.millrace.agent.openai.Wire.say;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.agent.openai.StandIn.End;
import dev.millrace.agent.openai.StandIn.Script;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What servers really send, each with what becomes of it: the rows of the tables of the upstream wire. Each is played
 * whole, in pieces of 37 bytes and byte by byte, over a socket.
 */
class UpstreamOdditiesTest {

    private static final int[] SPLITS = {0, 37, 1};

    /** The question and the system prompt have 26 characters, which are about 7 tokens. */
    private static final String ABOUT = ", about 7+";

    private static Vertx vertx;
    private static StandIn server;

    private final List<DynamicTest> tests = new ArrayList<>();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        server = StandIn.start(vertx);
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void row(String sentence, String wire, String heard) {
        row(sentence, Script.stream(wire), heard);
    }

    private void row(String sentence, Script script, String heard) {
        row(sentence, false, script, heard);
    }

    private void row(String sentence, boolean thinkTags, Script script, String heard) {
        for (int split : SPLITS) {
            String pieces = split == 0 ? "whole" : split == 1 ? "byte by byte" : "in pieces of " + split + " bytes";
            tests.add(DynamicTest.dynamicTest(sentence + ", " + pieces, () -> {
                server.answers(script.in(split));
                assertEquals(
                        heard, new Asked(vertx, thinkTags, server.url()).ask().whole());
            }));
        }
    }

    @TestFactory
    List<DynamicTest> framing() {
        String hi = "said Hi, finished stop, 9+12";
        row("A stream by the book is read", answer("Hi"), hi);
        row("Data without a blank behind the colon is data", answer("Hi").replace("data: ", "data:"), hi);
        row("Only one blank behind the colon is not data", answer("Hi").replace("data: ", "data:  "), hi);
        row("Lines may end in CRLF", answer("Hi").replace("\n", "\r\n"), hi);
        row("Lines may end in CR", answer("Hi").replace("\n", "\r"), hi);
        row("A character may be torn", answer("Hé 🏮 漢"), "said Hé 🏮 漢, finished stop, 9+12");
        row("A mark of byte order is skipped", "\ufeff" + answer("Hi"), hi);
        row(
                "Comments are no events",
                ": OPENROUTER PROCESSING\n\n" + answer("Hi").replace("data: {", ": keep-alive\n\n:\n\ndata: {"),
                hi);
        row(
                "Several lines of data are one event",
                "data: {\"choices\":[{\"index\":0,\ndata: \"delta\":{\"content\":\"Hi\"}}]}\n\n" + STOP + USAGE + DONE,
                hi);
        row(
                "An event of the type error is one",
                say("Hi") + "event: error\ndata: {\"type\":\"error\",\"error\":{\"message\":\"overloaded\"}}\n\n",
                "said Hi, failed upstream_error");
        row("An empty line of data is skipped", "data:\n\ndata: \n\n" + answer("Hi"), hi);
        row(
                "A last event without its blank line counts",
                say("Hi") + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}",
                "said Hi, finished stop" + ABOUT + "1");
        row("A stream without [DONE] is whole when it says why it ended", say("Hi") + STOP + USAGE, hi);
        row("A last [DONE] without its blank line counts", answer("Hi").strip(), hi);
        row("What follows [DONE] is not read", answer("Hi") + say(" there") + data("{\"error\":\"late\"}"), hi);
        row(
                "A whole completion from a server that does not stream is an answer",
                json(
                        "{\"id\":\"c\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":12,\"total_tokens\":21}}"),
                hi);
        row(
                "A whole completion may be indented and say nothing of its end",
                json("\n{\n \"choices\": [ { \"message\": { \"content\": \"Hi\" } } ]\n}\n"),
                "said Hi, warned finish_unknown, finished stop" + ABOUT + "1");
        row(
                "An error with the status 200 and as JSON is one",
                json("{\"error\":{\"message\":\"no such thing\",\"type\":\"invalid_request_error\",\"code\":400}}"),
                "failed upstream_bad_request");
        row(
                "Half an object is no answer",
                json("{\"choices\":[{\"message\":{\"content\":\"Hi"),
                "failed upstream_truncated");
        row(
                "Events that call themselves JSON are events",
                Script.stream(answer("Hi")).with("Content-Type", "application/json"),
                hi);
        row(
                "A page is no answer",
                Script.stream("<html><body>Please log in</body></html>")
                        .with("Content-Type", "text/html; charset=utf-8"),
                "failed upstream_bad_content_type");
        row("Words that are no JSON are no answer", data("hello"), "failed upstream_bad_response");
        return tests;
    }

    @TestFactory
    List<DynamicTest> bodies() {
        String hi = "said Hi, finished stop, 9+12";
        row(
                "Chunks without choices are skipped at the start and in between",
                data("{\"choices\":[],\"prompt_filter_results\":[{\"prompt_index\":0}]}")
                        + say("H")
                        + data("{\"choices\":[]}")
                        + say("i")
                        + STOP
                        + USAGE
                        + DONE,
                hi);
        row(
                "A count of tokens may come with choices of null",
                say("Hi") + STOP + USAGE.replace("\"choices\":[]", "\"choices\":null") + DONE,
                hi);
        row(
                "A count of tokens may come without choices",
                say("Hi") + STOP + USAGE.replace("\"choices\":[],", "") + DONE,
                hi);
        row(
                "A delta may be null, missing or empty",
                delta("null") + data("{\"choices\":[{\"index\":0}]}") + delta("{}") + answer("Hi"),
                hi);
        row("Content may be null", delta("{\"role\":\"assistant\",\"content\":null}") + answer("Hi"), hi);
        row(
                "The role may come each time or never",
                delta("{\"role\":\"assistant\",\"content\":\"H\"}")
                        + delta("{\"role\":\"assistant\",\"content\":\"i\"}")
                        + STOP
                        + USAGE
                        + DONE,
                hi);
        row(
                "Content in parts gives its texts",
                delta(
                                "{\"content\":[{\"type\":\"text\",\"text\":\"H\"},{\"type\":\"image_url\",\"image_url\":{}},{\"type\":\"text\",\"text\":\"i\"}]}")
                        + STOP
                        + USAGE
                        + DONE,
                hi);
        row(
                "A finish of empty text is none",
                answer("Hi").replace("\"finish_reason\":null", "\"finish_reason\":\"\""),
                hi);
        row(
                "An answer that was signed off and never says why it ended is whole, with a warning",
                say("Hi") + DONE,
                "said Hi, warned finish_unknown, finished stop" + ABOUT + "1");
        row(
                "The finish may stand with the last text",
                data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}")
                        + USAGE
                        + DONE,
                hi);
        row(
                "Who calls tools and says stop has called tools",
                call("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}")
                        + STOP
                        + USAGE
                        + DONE,
                "called f{} as a, finished tool_calls, 9+12");
        row(
                "An answer may be cut by its length",
                say("Hi") + finish("length") + USAGE + DONE,
                "said Hi, finished length, 9+12");
        row(
                "An answer that rules of content cut is kept, with a warning",
                say("Hi") + finish("content_filter") + USAGE + DONE,
                "said Hi, warned content_filtered, finished content_filter, 9+12");
        row("Rules of content may leave nothing", finish("content_filter") + DONE, "failed content_filter");
        for (String reason : List.of("abort", "eos", "max_tokens", "end_turn", "insufficient_system_resource")) {
            row(
                    "The finish " + reason + " is another",
                    say("Hi") + finish(reason) + DONE,
                    "said Hi, finished other" + ABOUT + "1");
        }
        row("The finish error is a failure", say("Hi") + finish("error") + DONE, "said Hi, failed upstream_error");
        row(
                "The last count of tokens is the one",
                data("{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1}}")
                        + say("Hi")
                        + data("{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":7}}")
                        + STOP
                        + USAGE
                        + data("{\"choices\":[],\"usage\":null}")
                        + DONE,
                hi);
        row(
                "The count of tokens may stand with the finish",
                say("Hi")
                        + data(
                                "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":12}}")
                        + DONE,
                hi);
        row(
                "Where nobody counts tokens the deltas are counted",
                say("H") + say("i") + say("!") + STOP + DONE,
                "said Hi!, finished stop" + ABOUT + "3");
        row(
                "Where nobody counts tokens and few deltas come, the text is measured",
                say("Hi there, how are you today?") + STOP + DONE,
                "said Hi there, how are you today?, finished stop" + ABOUT + "7");
        for (String name : List.of("reasoning_content", "reasoning")) {
            row("Thoughts may come as " + name, delta("{\"" + name + "\":\"Hm\"}") + answer("Hi"), "thought Hm, " + hi);
        }
        row(
                "Thoughts may come as details",
                delta(
                                "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"H\"},{\"type\":\"reasoning.summary\",\"summary\":\"m\"}]}")
                        + answer("Hi"),
                "thought Hm, " + hi);
        row(
                "A thought under two names is thought once",
                delta("{\"reasoning\":\"Hm\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Hm\"}]}")
                        + answer("Hi"),
                "thought Hm, " + hi);
        row("Think tags are text", answer("<think>Hm</think>Hi"), "said <think>Hm</think>Hi, finished stop, 9+12");
        row(
                "Think tags part thoughts from text where that is asked for",
                true,
                Script.stream(say("<th")
                        + say("ink>H")
                        + say("m</thi")
                        + say("nk>Hi <b")
                        + say("> <think")
                        + STOP
                        + USAGE
                        + DONE),
                "thought Hm, said Hi <b> <think, finished stop, 9+12");
        return tests;
    }

    @TestFactory
    List<DynamicTest> calls() {
        String end = finish("tool_calls") + USAGE + DONE;
        String over = ", finished tool_calls, 9+12";
        row(
                "A call comes in fragments",
                call(
                                "{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"search\",\"arguments\":\"\"}}")
                        + call("{\"index\":0,\"function\":{\"arguments\":\"{\\\"q\\\":\"}}")
                        + call("{\"index\":0,\"function\":{\"arguments\":\"1}\"}}")
                        + end,
                "called search{\"q\":1} as a" + over);
        row(
                "Two calls may be interleaved",
                call("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}")
                        + call("{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}")
                        + call(
                                "{\"index\":0,\"function\":{\"arguments\":\"{\\\"x\\\":\"}},{\"index\":1,\"function\":{\"arguments\":\"{\\\"y\\\":\"}}")
                        + call("{\"index\":1,\"function\":{\"arguments\":\"2}\"}}")
                        + call("{\"index\":0,\"function\":{\"arguments\":\"1}\"}}")
                        + end,
                "called f{\"x\":1} as a, called g{\"y\":2} as b" + over);
        row(
                "Without an index the id finds the call, and without that it is the last one",
                call("{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}")
                        + call("{\"index\":null,\"function\":{\"arguments\":\"\\\"x\\\":\"}}")
                        + call("{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}")
                        + call("{\"id\":\"a\",\"function\":{\"arguments\":\"1}\"}}")
                        + end,
                "called f{\"x\":1} as a, called g{} as b" + over);
        row(
                "Without an index and an id a new name begins a call",
                call(
                                "{\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":1}\"}},{\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":2}\"}}")
                        + call("{\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}")
                        + end,
                "called f{\"x\":1} as one we named, called f{\"x\":2} as one we named, called g{} as one we named"
                        + over);
        row(
                "The whole call may come at once with the finish",
                data(
                                "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}")
                        + USAGE
                        + DONE,
                "called f{} as a" + over);
        row(
                "An id may be repeated with each fragment",
                call("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}")
                        + call("{\"index\":0,\"id\":\"a\",\"function\":{\"arguments\":\"}\"}}")
                        + end,
                "called f{} as a" + over);
        row(
                "A call without an id gets one",
                call("{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}") + end,
                "called f{} as one we named" + over);
        row(
                "Arguments may be an object",
                call("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":{\"x\":1}}}") + end,
                "called f{\"x\":1} as a" + over);
        row(
                "Arguments may be missing or empty",
                call("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\"}}")
                        + call("{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}")
                        + end,
                "called f{} as a, called g{} as b" + over);
        row(
                "A name may come in halves or twice",
                call("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"sea\"}}")
                        + call("{\"index\":0,\"function\":{\"name\":\"rch\"}}")
                        + call("{\"index\":0,\"function\":{\"name\":\"search\"}}")
                        + call("{\"index\":0,\"function\":{\"arguments\":\"{}\"}}")
                        + call("{\"index\":0,\"function\":{\"name\":\"x\"}}")
                        + end,
                "called search{} as a" + over);
        row(
                "Another id at the same index is another call",
                call("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}")
                        + call("{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{\"}}")
                        + call("{\"index\":0,\"function\":{\"arguments\":\"}\"}}")
                        + end,
                "called f{} as a, called g{} as b" + over);
        row(
                "A function call of old servers is a call",
                delta("{\"function_call\":{\"name\":\"f\",\"arguments\":\"{\"}}")
                        + delta("{\"function_call\":{\"arguments\":\"}\"}}")
                        + finish("function_call")
                        + USAGE
                        + DONE,
                "called f{} as one we named" + over);
        row(
                "Ids, times and models may be missing or change",
                data("{\"choices\":[{\"delta\":{\"content\":\"H\"}}]}")
                        + data(
                                "{\"id\":\"x\",\"model\":\"other\",\"created\":2,\"choices\":[{\"delta\":{\"content\":\"i\"}}]}")
                        + STOP
                        + USAGE
                        + DONE,
                "said Hi, finished stop, 9+12");
        row(
                "A second choice is not read",
                say("Hi")
                        + data(
                                "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"No\"},\"finish_reason\":\"length\"}]}")
                        + STOP
                        + USAGE
                        + DONE,
                "said Hi, finished stop, 9+12");
        row(
                "Keys that nobody knows are not read",
                data(
                                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\",\"audio\":null},\"stop_reason\":null,\"native_finish_reason\":\"x\"}],\"timings\":{},\"__verbose\":{},\"system_fingerprint\":\"f\",\"obfuscation\":\"zzz\",\"service_tier\":\"t\",\"moderation\":{},\"provider\":\"p\"}")
                        + STOP
                        + USAGE
                        + DONE,
                "said Hi, finished stop, 9+12");
        row(
                "An answer cut by its length before its first word had no room",
                finish("length") + DONE,
                "failed context_length");
        return tests;
    }

    @TestFactory
    List<DynamicTest> errorsInTheStream() {
        row(
                "An error and then [DONE] is an error",
                say("Hi") + data("{\"error\":{\"message\":\"boom\",\"type\":\"x\",\"code\":500}}") + DONE,
                "said Hi, failed upstream_unavailable");
        row(
                "An error beside a finish of error is one",
                say("Hi")
                        + data(
                                "{\"error\":{\"message\":\"boom\",\"code\":502},\"choices\":[{\"delta\":{},\"finish_reason\":\"error\"}]}"),
                "said Hi, failed upstream_unavailable");
        row(
                "An object that calls itself an error is one",
                say("Hi") + data("{\"object\":\"error\",\"message\":\"boom\",\"type\":\"InternalServerError\"}") + DONE,
                "said Hi, failed upstream_error");
        row("An error may be a text", say("Hi") + data("{\"error\":\"boom\"}"), "said Hi, failed upstream_error");
        row(
                "An error of null is none",
                answer("Hi").replace("\"model\":\"m\"", "\"error\":null"),
                "said Hi, finished stop, 9+12");
        row(
                "An error as a field of its own shows as a truncation",
                say("Hi") + "error: {\"code\":500,\"message\":\"boom\"}\n\n",
                "said Hi, failed upstream_truncated");
        row(
                "An empty delta and a clean end is a truncation",
                say("Hi") + delta("{\"role\":\"assistant\",\"content\":\"\"}"),
                "said Hi, failed upstream_truncated");
        row("A clean end behind text is a truncation", say("Hi"), "said Hi, failed upstream_truncated");
        row("A clean end with nothing is a truncation", "", "failed upstream_truncated");
        row("A [DONE] with nothing is a truncation", DONE, "failed upstream_truncated");
        row(
                "A connection that closes within the answer is a truncation",
                Script.stream(say("Hi")).ending(End.CUT),
                "said Hi, failed upstream_truncated");
        row(
                "An event torn by the end of the connection is a truncation",
                Script.stream(say("Hi") + "data: {\"choices\":[{\"del").ending(End.CUT),
                "said Hi, failed upstream_truncated");
        row(
                "A connection that closes behind the finish leaves a whole answer",
                Script.stream(say("Hi") + STOP).ending(End.CUT),
                "said Hi, finished stop" + ABOUT + "1");
        row(
                "A context that is too long may be told within the stream",
                data("{\"error\":{\"message\":\"This model's maximum context length is 10 tokens.\",\"code\":400}}"),
                "failed context_length");
        return tests;
    }

    private static Script json(String body) {
        return Script.stream(body).with("Content-Type", "application/json");
    }

    /** That the rows are played at all: one that hears nothing would be a row that fails. */
    @TestFactory
    List<DynamicTest> theStandInHearsWhatIsAsked() {
        return List.of(DynamicTest.dynamicTest("A question by the book is sent", () -> {
            StandIn own = StandIn.start(vertx).answers(Script.stream(answer("Hi")));
            new Asked(vertx, own.url()).ask().whole();
            StandIn.Exchange asked = own.take();
            assertEquals(
                    new JsonObject(
                            "{\"model\":\"m0\",\"messages\":[{\"role\":\"system\",\"content\":\"Be kind.\"},{\"role\":\"user\",\"content\":\"How are you today?\"}],\"stream\":true,\"stream_options\":{\"include_usage\":true}}"),
                    asked.body());
            String head = asked.head().toLowerCase(java.util.Locale.ROOT);
            assertEquals(
                    "post /v1/chat/completions http/1.1",
                    head.lines().findFirst().orElseThrow());
            for (String header : List.of(
                    "accept: text/event-stream",
                    "accept-encoding: identity",
                    "content-type: application/json",
                    "authorization: bearer " + Asked.KEY)) {
                assertEquals(1, head.lines().filter(header::equals).count(), head);
            }
        }));
    }
}
