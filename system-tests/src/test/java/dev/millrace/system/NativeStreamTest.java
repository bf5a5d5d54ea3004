package dev.millrace.system;

import static dev.millrace.agent.openai.Wire.STOP;
import static dev.millrace.agent.openai.Wire.USAGE;
import static dev.millrace.agent.openai.Wire.answer;
import static dev.millrace.agent.openai.Wire.call;
import static dev.millrace.agent.openai.Wire.finish;
import static dev.millrace.agent.openai.Wire.say;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.agent.openai.StandIn;
import dev.millrace.agent.openai.StandIn.End;
import dev.millrace.agent.openai.StandIn.Exchange;
import dev.millrace.agent.openai.StandIn.Script;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole streams of runs that do not go straight, event by event: with tools and with what people say meanwhile. Those of
 * runs that a model ends otherwise are in {@link ModelRunsTest}, and one that needs leave in {@link ToolServerRunTest}.
 */
@Timeout(60)
class NativeStreamTest {

    private static final String OPENING = """
            status {"step":"started","run":"RUN","session":"SES","message":"MSG"}
            status {"step":"generating"}
            """;

    /** A call without anything to search for, which fails, and that it did. */
    private static final String FAILED = """
            status {"step":"running_tool","call":"CALL","tool":"search_docs","arguments":{"query":""}}
            status {"step":"tool_result","call":"CALL","tool":"search_docs","ok":false,"result":{"error":"search_docs needs \\"query\\", a text that is not empty."}}
            """;

    @TempDir
    static Path folder;

    private static Vertx vertx;
    private static StandIn model;
    private static Server server;
    private static SseClient ada;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        model = StandIn.start(vertx);
        server = Server.start(folder, "--model-url", model.url(), "--model", "m");
        ada = server.client("ada");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static Script searchesForNothing(String id) {
        return Script.stream(call("{\"index\":0,\"id\":\"" + id
                        + "\",\"function\":{\"name\":\"search_docs\",\"arguments\":\"{\\\"query\\\":\\\"\\\"}\"}}")
                + finish("tool_calls") + USAGE + "data: [DONE]\n\n");
    }

    @Test
    void aRunThatIsSteeredWithinItsAnswerWritesOnWithWhatItWasTold() {
        model.answers(Script.stream(say("Half")).ending(End.OPEN), Script.stream(answer("La suite.")));
        SseStream run =
                ada.ask(new JsonObject().put("message", "Tell me of mills.").put("tools", new JsonArray()));
        run.awaitEvent(event -> event.type().equals("token"));
        JsonObject input = new JsonObject().put("input", "in_1").put("text", "In French, please.");
        assertEquals(
                202,
                ada.post("/api/chat/" + run.run() + "/input", "application/json", input)
                        .status());
        Exchange first = model.take();
        first.send(STOP + USAGE + "data: [DONE]\n\n").end();
        assertEquals(OPENING + """
                        token {"text":"Half","at":0}
                        status {"step":"steered","input":"in_1","text":"In French, please."}
                        status {"step":"generating"}
                        token {"text":"\\n\\nLa suite.","at":4}
                        status {"step":"completed"}
                        done {"status":"completed","finish":"stop","usage":{"input_tokens":18,"output_tokens":24},"text_length":15}
                        """, Told.of(run));
        model.take();
    }

    @Test
    void aToolThatFailsIsAResultThatTheModelGoesOnWith() {
        model.answers(searchesForNothing("call_1"), Script.stream(answer("I do not know.")));
        SseStream run = ada.ask("What is there?");
        assertEquals(OPENING + FAILED.replace("CALL", "call_1") + """
                        status {"step":"generating"}
                        token {"text":"I do not know.","at":0}
                        status {"step":"completed"}
                        done {"status":"completed","finish":"stop","usage":{"input_tokens":18,"output_tokens":24},"text_length":14}
                        """, Told.of(run));
        model.take();
        model.take();
    }

    @Test
    void aModelThatCallsToolsInARowForEverHasToAnswerAfterEightRounds() {
        Script[] rounds = new Script[9];
        Arrays.setAll(rounds, i -> i < 8 ? searchesForNothing("call_" + i) : Script.stream(answer("Enough.")));
        model.answers(rounds);
        SseStream run = ada.ask("What is there, and there, and there?");
        StringBuilder told = new StringBuilder(OPENING);
        for (int i = 0; i < 8; i++) {
            told.append(FAILED.replace("CALL", "call_" + i));
            if (i == 7) {
                told.append(
                        "warning {\"code\":\"tool_limit\",\"message\":\"The model called tools 8 times in a row, and has to answer now.\"}\n");
            }
            told.append("status {\"step\":\"generating\"}\n");
        }
        assertEquals(told + """
                        token {"text":"Enough.","at":0}
                        status {"step":"completed"}
                        done {"status":"completed","finish":"stop","usage":{"input_tokens":81,"output_tokens":108},"text_length":7}
                        """, Told.of(run));
        for (int i = 0; i < 8; i++) {
            assertEquals(3, model.take().body().getJsonArray("tools").size());
        }
        assertEquals(null, model.take().body().getJsonArray("tools"));
    }
}
