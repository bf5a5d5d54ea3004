package dev.millrace.agent.openai;

import static dev.millrace.agent.openai.Wire.DONE;
import static dev.millrace.agent.openai.Wire.STOP;
import static dev.millrace.agent.openai.Wire.USAGE;
import static dev.millrace.agent.openai.Wire.answer;
import static dev.millrace.agent.openai.Wire.delta;
import static dev.millrace.agent.openai.Wire.say;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.model.Cancellation;
import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Generation;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.model.Tool;
import dev.millrace.agent.openai.StandIn.End;
import dev.millrace.agent.openai.StandIn.Exchange;
import dev.millrace.agent.openai.StandIn.Script;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refusals, silences, cancels and second attempts, each over a socket. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
@DisplayName("A model behind an API")
class UpstreamModelTest {

    private static final String HI = "said Hi, finished stop, 9+12";
    private static final Script ANSWER = Script.stream(answer("Hi"));
    private static final Script BUSY = Script.refusal(503, "{\"error\":{\"message\":\"Loading model\",\"code\":503}}");

    private Vertx vertx;
    private StandIn server;
    private Asked asked;

    @BeforeEach
    void set(Vertx vertx) {
        this.vertx = vertx;
        server = StandIn.start(vertx);
        asked = new Asked(vertx, server.url());
    }

    @ParameterizedTest(name = "{0} with {1} is {2}, after {3} attempts")
    @CsvSource(delimiter = '|', textBlock = """
            400 | {"error":{"message":"Too long","code":"context_length_exceeded"}}                       | context_length        | 1
            400 | {"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens","code":400} | context_length | 1
            400 | {"error":{"type":"exceed_context_size_error","n_prompt_tokens":5000,"n_ctx":4096}}       | context_length        | 1
            400 | {"error":{"message":"filtered","code":"content_filter"}}                                | content_filter        | 1
            400 | {"detail":"bad tool"}                                                                    | upstream_bad_request  | 1
            422 | {"detail":[{"msg":"field required"}]}                                                    | upstream_bad_request  | 1
            301 | moved                                                                                    | upstream_bad_request  | 1
            401 | {"error":{"message":"Incorrect API key"}}                                                | upstream_unauthorized | 1
            403 | {"error":"no"}                                                                           | upstream_unauthorized | 1
            404 | {"error":{"message":"The model does not exist"}}                                         | model_not_found       | 1
            404 | <html>not here</html>                                                                    | model_not_found       | 1
            408 | {}                                                                                       | upstream_unavailable  | 3
            409 | {}                                                                                       | upstream_unavailable  | 3
            429 | {"error":{"message":"slow down"}}                                                        | upstream_rate_limited | 3
            429 | {"error":{"message":"pay","code":"insufficient_quota"}}                                  | upstream_quota        | 1
            500 | <html>oops</html>                                                                        | upstream_unavailable  | 3
            503 | {"error":{"message":"Loading model","code":503}}                                         | upstream_unavailable  | 3
            """)
    void refused(int status, String body, String code, int attempts) {
        server.answers(Script.refusal(status, body));
        assertEquals("failed " + code, asked.ask().whole());
        for (int i = 0; i < attempts; i++) {
            server.take();
        }
        assertEquals(0, server.untaken());
    }

    @Test
    @DisplayName("tells both numbers of a context that is too long")
    void bothNumbers() {
        server.answers(Script.refusal(
                400, "{\"error\":{\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":5000,\"n_ctx\":4096}}"));
        assertEquals(
                "The conversation is too long for the model, with 5000 tokens where 4096 fit; begin a new session.",
                asked.ask().message());
        server.answers(
                Script.refusal(
                        400,
                        "{\"message\":\"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4900 in the messages, 100 in the completion).\"}"));
        assertEquals(
                "The conversation is too long for the model, with 5000 tokens where 4096 fit; begin a new session.",
                asked.ask().message());
    }

    @Test
    @DisplayName("asks again where that may help, up to twice, each time later")
    void retries() {
        server.answers(BUSY, Script.stream("").ending(End.RESET), ANSWER);
        assertEquals(HI, asked.ask().whole());
        assertEquals(2, asked.clock.waits().size());
        long first = asked.clock.waits().get(0);
        long second = asked.clock.waits().get(1);
        assertTrue(first >= 375 && first <= 500, "first wait " + first);
        assertTrue(second >= 750 && second <= 1_000, "second wait " + second);
    }

    @ParameterizedTest(name = "{0}: {1} means {2} ms")
    @CsvSource(delimiter = '|', textBlock = """
            retry-after-ms             | 1500                          | 1500
            Retry-After                | 7                             | 7000
            Retry-After                | 1.5                           | 1500
            Retry-After                | Fri, 20 Nov 2026 09:11:58 GMT | 5000
            Retry-After                | Fri, 20 Nov 2026 09:00:00 GMT | 1
            x-ratelimit-reset-requests | 2s                            | 2000
            x-ratelimit-reset-tokens   | 0m3s20ms                      | 3020
            """)
    void retryAfter(String header, String value, long millis) {
        server.answers(Script.refusal(429, "{}").with(header, value), ANSWER);
        assertEquals(HI, asked.ask().whole());
        assertEquals(List.of(millis), asked.clock.waits());
    }

    @Test
    @DisplayName("waits as the finest of the headers says")
    void finestHeader() {
        server.answers(
                Script.refusal(429, "{}")
                        .with("Retry-After", "7")
                        .with("retry-after-ms", "6900")
                        .with("x-ratelimit-reset-requests", "5s"),
                ANSWER);
        assertEquals(HI, asked.ask().whole());
        assertEquals(List.of(6_900L), asked.clock.waits());
    }

    @Test
    @DisplayName("that asks for a long wait is not waited for")
    void longWait() {
        server.answers(Script.refusal(429, "{}").with("Retry-After", "3600"), ANSWER);
        assertEquals("failed upstream_rate_limited", asked.ask().whole());
        assertEquals(List.of(), asked.clock.waits());
    }

    @Test
    @DisplayName("may say itself whether to come back")
    void shouldRetry() {
        server.answers(BUSY.with("x-should-retry", "false"), ANSWER);
        assertEquals("failed upstream_unavailable", asked.ask().whole());
        server.answers(Script.refusal(400, "{}").with("x-should-retry", "true"), ANSWER);
        assertEquals(HI, asked.ask().whole());
    }

    @Test
    @DisplayName("is never asked again once somebody has seen a piece of its answer")
    void notAfterTheFirstDelta() {
        server.answers(Script.stream(say("Hi")).ending(End.OPEN), ANSWER);
        Listening listening = asked.ask().until("said Hi");
        server.take().reset();
        assertEquals("said Hi, failed upstream_truncated", listening.whole());
        assertEquals(0, server.untaken());
    }

    @Test
    @DisplayName("that does not know how to count tokens is asked without that, now and later")
    void noStreamOptions() {
        server.answers(
                Script.refusal(400, "{\"error\":{\"message\":\"Unrecognized request argument: stream_options\"}}"),
                Script.stream(say("Hi") + STOP + DONE));
        assertEquals("said Hi, finished stop, about 7+1", asked.ask().whole());
        assertEquals("said Hi, finished stop, about 7+1", asked.ask().whole());
        assertTrue(server.take().body().containsKey("stream_options"));
        assertFalse(server.take().body().containsKey("stream_options"));
        assertFalse(server.take().body().containsKey("stream_options"));
    }

    @Test
    @DisplayName("that nobody listens for cannot be reached")
    void unreachable() {
        Asked nobody = new Asked(vertx, "http://127.0.0.1:1/v1");
        assertEquals("failed upstream_unavailable", nobody.ask().whole());
        assertEquals(2, nobody.clock.waits().size());
    }

    @Test
    @DisplayName("is followed by the next where it does not answer, and the reader is told")
    void fallback() {
        StandIn second = StandIn.start(vertx).answers(ANSWER);
        Asked both = new Asked(vertx, server.url(), second.url());
        server.answers(Script.refusal(401, "{}"));
        assertEquals("warned fallback_model, " + HI, both.ask().whole());
        assertEquals("m0", server.take().body().getString("model"));
        assertEquals("m1", second.take().body().getString("model"));
    }

    @Test
    @DisplayName("is not followed by the next for a question that nobody can answer")
    void noFallback() {
        StandIn second = StandIn.start(vertx).answers(ANSWER);
        Asked both = new Asked(vertx, server.url(), second.url());
        server.answers(Script.refusal(400, "{\"error\":{\"code\":\"context_length_exceeded\"}}"));
        assertEquals("failed context_length", both.ask().whole());
        assertEquals(0, second.untaken());
    }

    @Test
    @DisplayName("that fails five times is left alone for half a minute, then tried with one question")
    void circuit() {
        StandIn second = StandIn.start(vertx).answers(ANSWER);
        Asked both = new Asked(vertx, server.url(), second.url());
        server.answers(Script.refusal(401, "{}"));
        for (int i = 0; i < 5; i++) {
            both.ask().whole();
            server.take();
        }
        assertEquals(HI, both.ask().whole(), "who was not asked did not fail to answer");
        assertEquals(0, server.untaken());

        both.clock.pass(30_000);
        server.answers(Script.stream("").ending(End.OPEN), ANSWER);
        Listening trial = both.ask();
        Exchange tried = server.take();
        assertEquals(HI, both.ask().whole(), "only one question tries it");
        assertEquals(0, server.untaken());
        tried.send(answer("Hi")).end();
        assertEquals(HI, trial.whole());
        assertEquals(HI, both.ask().whole());
        server.take();
    }

    @Test
    @DisplayName("that is left alone says so when there is no other")
    void allResting() {
        server.answers(Script.refusal(401, "{}"));
        for (int i = 0; i < 5; i++) {
            asked.ask().whole();
            server.take();
        }
        assertEquals("failed upstream_unavailable", asked.ask().whole());
        assertEquals(0, server.untaken());
    }

    @Test
    @DisplayName("may take long to begin, and not for ever, however lively it is meanwhile")
    void firstToken() {
        server.answers(Script.stream("").ending(End.OPEN));
        Listening listening = asked.ask();
        Exchange exchange = server.take();
        asked.clock.pass(Asked.IDLE);
        exchange.send(": keep-alive\n\n" + delta("{\"role\":\"assistant\",\"content\":\"\"}"));
        asked.clock.pass(Asked.FIRST_TOKEN - Asked.IDLE);
        assertEquals("failed upstream_timeout", listening.whole());
        await(exchange);
    }

    @Test
    @DisplayName("may not fall silent within its answer")
    void idle() {
        server.answers(Script.stream(say("Hi")).ending(End.OPEN));
        Listening listening = asked.ask().until("said Hi");
        Exchange exchange = server.take();
        asked.clock.pass(Asked.IDLE);
        assertEquals("said Hi, failed upstream_timeout", listening.whole());
        await(exchange);
    }

    @Test
    @DisplayName("that only pings within its answer is given as long as for its first token")
    void pings() {
        server.answers(Script.stream(say("Hi")).ending(End.OPEN));
        Listening listening = asked.ask().until("said Hi");
        Exchange exchange = server.take();
        for (int i = 0; i < 2; i++) {
            asked.clock.pass(Asked.IDLE - 10_000);
            exchange.send(": ping\n\n" + say("."));
            listening.until("said Hi" + ".".repeat(i + 1));
        }
        // From here on there are pings and no pieces.
        for (int i = 0; i < 3; i++) {
            asked.clock.pass(Asked.IDLE - 10_000);
            exchange.send(": ping\n\n");
        }
        asked.clock.pass(Asked.IDLE);
        assertEquals("said Hi.., failed upstream_timeout", listening.whole());
    }

    @Test
    @DisplayName("that is cancelled finds its connection closed, before its answer and within it")
    void cancelled() {
        server.answers(
                Script.stream("").ending(End.OPEN), Script.stream(say("Hi")).ending(End.OPEN));
        Generation before = asked.generation();
        Exchange first = server.take();
        asked.on(() -> cancel(before));
        await(first);

        Generation[] within = new Generation[1];
        Listening listening = asked.on(() -> {
            within[0] = asked.model.generate(Asked.PROMPT);
            return Listening.to(within[0]);
        });
        listening.until("said Hi");
        Exchange second = server.take();
        asked.on(() -> cancel(within[0]));
        await(second);
        assertEquals("said Hi", listening.soFar());
        assertEquals(0, asked.clock.bells());
    }

    @Test
    @DisplayName("that is cancelled before it is connected is not asked, or not for long")
    void cancelledAtOnce() {
        server.answers(Script.stream("").ending(End.OPEN), ANSWER);
        asked.on(() -> cancel(asked.model.generate(Asked.PROMPT)));
        assertEquals(0, asked.clock.bells());
        server.answers(ANSWER);
        assertEquals(HI, asked.ask().whole());
    }

    @Test
    @DisplayName("that is cancelled while it waits to be asked again is not asked again")
    void cancelledWaiting() {
        server.answers(BUSY.with("Retry-After", "9"), ANSWER);
        Generation generation = asked.generation();
        Exchange first = server.take();
        // The wait of 9 s is one the clock of this test does not hurry.
        while (asked.clock.bells() == 0 || !asked.clock.isDue(9_000)) {
            Thread.onSpinWait();
        }
        asked.on(() -> cancel(generation));
        assertEquals(0, asked.clock.bells());
        assertEquals(0, server.untaken());
        assertTrue(first.head().startsWith("POST"));
    }

    private static Boolean cancel(Generation generation) {
        generation.cancel();
        return true;
    }

    @Test
    @DisplayName("that goes on behind its own end finds its connection closed")
    void goesOn() {
        server.answers(Script.stream(answer("Hi")).ending(End.OPEN));
        assertEquals(HI, asked.ask().whole());
        Exchange exchange = server.take();
        exchange.send(say("more"));
        await(exchange);
    }

    @Test
    @DisplayName("that leaves its answer open behind its end is left after a second")
    void lingers() {
        server.answers(Script.stream(answer("Hi")).ending(End.OPEN));
        assertEquals(HI, asked.ask().whole());
        Exchange exchange = server.take();
        asked.clock.pass(Asked.LINGER);
        await(exchange);
    }

    @Test
    @DisplayName("serves one question after the other on one connection")
    void keepAlive() {
        server.answers(ANSWER);
        for (int i = 0; i < 20; i++) {
            assertEquals(HI, asked.ask().whole());
        }
        assertTrue(server.connections() <= 2, "connections: " + server.connections());
    }

    @Test
    @DisplayName("that sends ten megabytes in one event is stopped")
    void tenMegabytes() {
        String large = "x".repeat(10 << 20);
        server.answers(Script.stream(say("Hi") + say(large)).in(1 << 16).ending(End.OPEN));
        assertEquals("said Hi, failed upstream_bad_response", asked.ask().whole());
        await(server.take());
        server.answers(Script.stream("{\"choices\":[{\"message\":{\"content\":\"" + large + "\"}}]}")
                .in(1 << 16));
        assertEquals("failed upstream_bad_response", asked.ask().whole());
    }

    @Test
    @DisplayName("sends no further than it is read")
    void backpressure() {
        server.answers(Script.stream("").ending(End.OPEN));
        Generation generation = asked.generation();
        Exchange exchange = server.take();
        asked.on(generation::pause);
        Listening listening = asked.on(() -> Listening.to(generation));
        String piece = "y".repeat(1 << 16);
        int sent = 0;
        while (!exchange.isHeldUp() || sent < 100) {
            exchange.send(say(piece));
            sent++;
            assertTrue(sent < 4_000, "the upstream is not held up");
        }
        assertEquals("", listening.soFar());
        exchange.send(STOP + USAGE + DONE).end();
        asked.clock.pass(Asked.IDLE * 3); // silence that is ours is not the upstream's
        asked.on(generation::resume);
        String whole = listening.whole();
        assertEquals(sent << 16, whole.chars().filter(each -> each == 'y').count());
        assertTrue(whole.endsWith("yyy, finished stop, 9+12"), () -> whole.substring(whole.length() - 50));
    }

    @Test
    @DisplayName("never shows its key, whatever the server repeats")
    void concealed() {
        server.answers(Script.refusal(400, "{\"error\":{\"message\":\"What is Bearer " + Asked.KEY + " good for?\"}}"));
        String message = asked.ask().message();
        assertTrue(message.contains("What is Bearer … good for?"), message);
        server.answers(Script.stream("data: {\"error\":\"" + Asked.KEY + "\"}\n\n"));
        assertFalse(asked.ask().message().contains(Asked.KEY));
        Endpoint endpoint = new Endpoint(
                java.net.URI.create("http://127.0.0.1/v1?key=secret"),
                "m",
                Asked.KEY,
                java.util.Map.of("X-Key", "secret"));
        assertEquals("m at http://127.0.0.1/v1 with [X-Key]", endpoint.toString());
    }

    @Test
    @DisplayName("reads the conversation and what was found for it")
    void prompt() {
        server.answers(ANSWER);
        Prompt prompt = new Prompt(
                List.of(
                        new Prompt.Turn(Prompt.Role.USER, "Does rye keep?"),
                        new Prompt.Turn(Prompt.Role.ASSISTANT, "Yes."),
                        new Prompt.Turn(Prompt.Role.USER, "How long?")),
                List.of(new Passage("rye.md", "Rye", "Rye › Keeping", 3, "Six days.", 1.5)));
        asked.generation(prompt);
        List<String> messages = server.take().body().getJsonArray("messages").stream()
                .map(message ->
                        ((JsonObject) message).getString("role") + ": " + ((JsonObject) message).getString("content"))
                .toList();
        assertTrue(messages.get(0).startsWith("system: Be kind.\n\nPassages"), messages.get(0));
        assertTrue(messages.get(0).endsWith("\n\n[1] Rye › Keeping (rye.md)\nSix days."), messages.get(0));
        assertEquals(List.of("user: Does rye keep?", "assistant: Yes.", "user: How long?"), messages.subList(1, 4));
    }

    @Test
    @DisplayName("is told which tools there are, what it called and what came of it")
    void tools() {
        server.answers(ANSWER);
        asked.generation(new Prompt(
                        List.of(new Prompt.Turn(Prompt.Role.USER, "Rye?")), List.of(), List.of(new Lookup()), List.of())
                .after(new Prompt.Round(
                        "Hm.",
                        List.of(new Delta.ToolCall("a", "look", "{\"q\": 1}"), new Delta.ToolCall("b", "look", "{\"q")),
                        List.of("{\"n\":1}", "{\"error\":\"broken\"}"))));
        JsonObject body = server.take().body();
        assertEquals(
                "[{\"type\":\"function\",\"function\":{\"name\":\"look\",\"description\":\"Looks.\",\"parameters\":{\"type\":\"object\"}}}]",
                body.getJsonArray("tools").encode());
        assertEquals(
                "[{\"role\":\"assistant\",\"content\":\"Hm.\",\"tool_calls\":["
                        + "{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"look\",\"arguments\":\"{\\\"q\\\":1}\"}},"
                        + "{\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"look\",\"arguments\":\"{}\"}}]},"
                        + "{\"role\":\"tool\",\"content\":\"{\\\"n\\\":1}\",\"tool_call_id\":\"a\"},"
                        + "{\"role\":\"tool\",\"content\":\"{\\\"error\\\":\\\"broken\\\"}\",\"tool_call_id\":\"b\"}]",
                new JsonArray(body.getJsonArray("messages").getList().subList(2, 5)).encode());
    }

    @Test
    @DisplayName("is told what was said meanwhile, behind what it has said")
    void steering() {
        server.answers(ANSWER);
        asked.generation(new Prompt(List.of(new Prompt.Turn(Prompt.Role.USER, "Rye?")), List.of())
                .steered(List.of("Short, please."))
                .after(new Prompt.Round("Six days.", List.of(), List.of()))
                .steered(List.of("And wheat?", "And oats?")));
        assertEquals(
                "[{\"role\":\"user\",\"content\":\"Rye?\"},{\"role\":\"user\",\"content\":\"Short, please.\"},"
                        + "{\"role\":\"assistant\",\"content\":\"Six days.\"},"
                        + "{\"role\":\"user\",\"content\":\"And wheat?\"},{\"role\":\"user\",\"content\":\"And oats?\"}]",
                new JsonArray(server.take()
                                .body()
                                .getJsonArray("messages")
                                .getList()
                                .subList(1, 6))
                        .encode());
    }

    @ParameterizedTest(name = "that answers {0} and {1} is not given tools any more")
    @CsvSource(delimiter = '|', textBlock = """
            400 | {"error":{"message":"registry.ollama.ai/library/gemma does not support tools"}}
            400 | {"object":"error","message":"\"auto\" tool choice requires --enable-auto-tool-choice"}
            500 | {"error":{"code":500,"message":"tools param requires --jinja flag"}}
            """)
    void toolsRefused(int status, String body) {
        server.answers(Script.refusal(status, body), ANSWER);
        assertTrue(asked.model.callsTools());
        Prompt prompt = new Prompt(Asked.PROMPT.turns(), List.of(), List.of(new Lookup()), List.of());
        assertEquals(
                "dev.millrace.agent.model.ToolsRefused: the model cannot call tools",
                asked.ask(prompt).whole());
        assertFalse(asked.model.callsTools());
        assertEquals(HI, asked.ask(prompt).whole());
        assertTrue(server.take().body().containsKey("tools"));
        assertFalse(server.take().body().containsKey("tools"));
    }

    private static final class Lookup implements Tool {

        @Override
        public String name() {
            return "look";
        }

        @Override
        public String description() {
            return "Looks.";
        }

        @Override
        public JsonObject schema() {
            return new JsonObject().put("type", "object");
        }

        @Override
        public Future<Result> call(String id, JsonObject arguments, Cancellation cancellation) {
            return Future.failedFuture("nobody calls it here");
        }
    }

    @Test
    @DisplayName("keeps the query of its URL behind the path")
    void query() {
        Endpoint azure = new Endpoint(
                java.net.URI.create("https://x.example/openai/deployments/d/?api-version=1"),
                "m",
                null,
                java.util.Map.of());
        assertEquals("https://x.example/openai/deployments/d/chat/completions?api-version=1", azure.completions());
    }

    private static void await(Exchange exchange) {
        try {
            exchange.closed().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the connection is still open", e);
        }
    }
}
