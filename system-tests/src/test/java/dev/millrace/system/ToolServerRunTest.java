package dev.millrace.system;

import static dev.millrace.agent.openai.Wire.USAGE;
import static dev.millrace.agent.openai.Wire.answer;
import static dev.millrace.agent.openai.Wire.call;
import static dev.millrace.agent.openai.Wire.finish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.mcp.HttpServer;
import dev.millrace.agent.openai.StandIn;
import dev.millrace.agent.openai.StandIn.Script;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a client over the gateway to a model's server, from there to an MCP server, past a person, and all the way back. */
@Timeout(60)
class ToolServerRunTest {

    @TempDir
    static Path folder;

    private static Vertx vertx;
    private static StandIn model;
    private static HttpServer tools;
    private static Path mcp;
    private static Server server;
    private static SseClient ada;
    private static List<String> warned;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        model = StandIn.start(vertx);
        tools = HttpServer.start(vertx, 0, "one", HttpServer.tool("find"), HttpServer.tool("read"));
        JsonObject entry = new JsonObject().put("url", "http://127.0.0.1:" + tools.port() + "/tools/mcp");
        JsonObject file = new JsonObject().put("mcpServers", new JsonObject().put("granary", entry));
        mcp = Files.writeString(folder.resolve("mcp.json"), file.encode());
        try (Logged warnings = Logged.of("dev.millrace.agent.AgentRole")) {
            server = Server.start(folder, flags("--mcp", mcp.toString(), "--tools-approval", "find,reed"));
            Server.eventually(
                    "the tools of the MCP server", () -> !warnings.lines().isEmpty());
            warned = warnings.lines();
        }
        ada = server.client("ada");
    }

    private static String[] flags(String... more) {
        List<String> all = new java.util.ArrayList<>(List.of("--model-url", model.url(), "--model", "m"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        tools.stop();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static long calls(String method) {
        return tools.heard.stream()
                .filter(message -> method.equals(message.getString("method")))
                .count();
    }

    /** What the model asks for: a tool that needs leave. */
    private static Script finds() {
        return Script.stream(call("{\"index\":0,\"id\":\"call_1\",\"function\":{\"name\":\"find\",\"arguments\":"
                        + "\"{\\\"a\\\":1}\"}}")
                + finish("tool_calls") + USAGE + "data: [DONE]\n\n");
    }

    private SseStream asked() {
        SseStream stream = ada.ask(new JsonObject()
                .put("message", "How much rye is there?")
                .put("tools", new JsonArray().add("find").add("read")));
        return stream.awaitEvent(event -> event.data().contains("input_required"));
    }

    private static void allow(SseStream run, boolean allowed) {
        JsonObject input = new JsonObject().put("input", "in_1").put("approved", allowed);
        assertEquals(
                202,
                ada.post("/api/chat/" + run.run() + "/input", "application/json", input)
                        .status());
    }

    @Test
    void aToolOfAnMcpServerIsCalledWhenAPersonHasAllowedItAndTheModelAnswersFromItsResult() {
        long before = calls("tools/call");
        model.answers(finds(), Script.stream(answer("One sack.")));
        SseStream run = asked();
        assertEquals(before, calls("tools/call"), "nobody has allowed it yet");
        allow(run, true);
        assertEquals("""
                        status {"step":"started","run":"RUN","session":"SES","message":"MSG"}
                        status {"step":"generating"}
                        status {"step":"input_required","request":"req_1","kind":"approval","label":"May it call find?","call":"call_1","tool":"find","arguments":{"a":1},"expires_at":"SOON"}
                        status {"step":"steered","input":"in_1","request":"req_1","approved":true}
                        status {"step":"running_tool","call":"call_1","tool":"find","arguments":{"a":1}}
                        status {"step":"tool_result","call":"call_1","tool":"find","ok":true,"result":{"text":"{\\"given\\":{\\"a\\":1}}"}}
                        status {"step":"generating"}
                        token {"text":"One sack.","at":0}
                        status {"step":"completed"}
                        done {"status":"completed","finish":"stop","usage":{"input_tokens":18,"output_tokens":24},"text_length":9}
                        """, Told.of(run));
        assertEquals(before + 1, calls("tools/call"));
        JsonArray offered = model.take().body().getJsonArray("tools");
        assertEquals(List.of("find", "read"), names(offered));
        JsonArray messages = model.take().body().getJsonArray("messages");
        JsonObject result = messages.getJsonObject(messages.size() - 1);
        assertEquals("tool", result.getString("role"));
        assertEquals("{\"given\":{\"a\":1}}", new JsonObject(result.getString("content")).getString("text"));
    }

    private static List<String> names(JsonArray tools) {
        return tools.stream()
                .map(tool -> ((JsonObject) tool).getJsonObject("function").getString("name"))
                .toList();
    }

    @Test
    void aToolOfAnMcpServerIsNotCalledWhenThePersonDoesNotAllowIt() {
        long before = calls("tools/call");
        model.answers(finds(), Script.stream(answer("I may not look.")));
        SseStream run = asked();
        allow(run, false);
        assertEquals("completed", run.done().getString("status"));
        assertEquals(before, calls("tools/call"));
        assertTrue(
                Told.of(run)
                        .contains("\"step\":\"tool_result\",\"call\":\"call_1\",\"tool\":\"find\",\"ok\":false,"
                                + "\"result\":{\"error\":\"The person did not allow this call.\"}"),
                run::wire);
        model.take();
        model.take();
    }

    @Test
    void aMisspeltNameToApproveIsRefusedAtTheStart() {
        Throwable refused = assertThrows(Throwable.class, () -> Server.start(
                        folder.resolve("refused"), flags("--tools-approval", "current_*,serch_docs"))
                .close());
        assertTrue(
                String.valueOf(refused.getMessage())
                        .contains(
                                "--tools-approval has 'serch_docs', and there is no such tool; there is: search_docs, current_time,"
                                        + " fetch_url, ask_user"),
                refused::toString);
    }

    @Test
    void aMisspeltNameToApproveIsWarnedOfWhereTheToolsOfAnMcpServerAreKnownLater() {
        assertEquals(1, warned.size(), warned::toString);
        assertTrue(warned.get(0).contains("--tools-approval has 'reed'"), warned::toString);
    }
}
