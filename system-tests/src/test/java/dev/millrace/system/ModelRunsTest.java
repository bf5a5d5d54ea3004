package dev.millrace.system;

import static dev.millrace.agent.openai.Wire.STOP;
import static dev.millrace.agent.openai.Wire.USAGE;
import static dev.millrace.agent.openai.Wire.answer;
import static dev.millrace.agent.openai.Wire.call;
import static dev.millrace.agent.openai.Wire.delta;
import static dev.millrace.agent.openai.Wire.finish;
import static dev.millrace.agent.openai.Wire.say;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.openai.StandIn;
import dev.millrace.agent.openai.StandIn.End;
import dev.millrace.agent.openai.StandIn.Exchange;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole process that answers with the model of a stand-in; whole streams, event by event. */
@Timeout(60)
class ModelRunsTest {

    private static final String KEY = "sk-system-0123456789";
    private static final String OPENING = """
            status {"step":"started","run":"RUN","session":"SES","message":"MSG"}
            status {"step":"generating"}
            """;

    @TempDir
    static Path folder;

    private static Vertx vertx;
    private static StandIn upstream;
    private static StandIn second;
    private static Server server;
    private static SseClient ada;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        upstream = StandIn.start(vertx);
        second = StandIn.start(vertx);
        Path key = Files.writeString(folder.resolve("model.key"), KEY + "\n");
        Path headers = Files.writeString(folder.resolve("model.headers"), "# for the gateway\nX-Team: mill\n");
        server = Server.start(
                folder,
                "--model-url",
                upstream.url() + "," + second.url(),
                "--model",
                "first,second",
                "--model-key-file",
                key + ",-",
                "--model-header-file",
                headers.toString());
        ada = server.client("ada");
    }

    /** What an earlier test has not looked at is none of the next one's. */
    @BeforeEach
    void forget() {
        for (StandIn each : List.of(upstream, second)) {
            while (each.untaken() > 0) {
                each.take();
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Without documents, so that the stream is the model's alone. */
    private static JsonObject question(String text) {
        return new JsonObject().put("message", text).put("tools", new JsonArray());
    }

    @Test
    void tokensComeAsTheUpstreamSendsThem() {
        upstream.answers(Script.stream("").ending(End.OPEN));
        SseStream stream = ada.ask(question("Who are you?"));
        Exchange exchange = upstream.take();
        exchange.send(delta("{\"reasoning_content\":\"Me?\"}"));
        stream.awaitEvents(3);
        exchange.send(say("I am "));
        stream.awaitEvents(4);
        exchange.send(say("a model."));
        stream.awaitEvents(5);
        exchange.send(STOP + USAGE + "data: [DONE]\n\n").end();
        assertEquals(OPENING + """
                        token {"text":"Me?","at":0,"channel":"reasoning","part":"reasoning_1"}
                        token {"text":"I am ","at":0}
                        token {"text":"a model.","at":5}
                        status {"step":"completed"}
                        done {"status":"completed","finish":"stop","usage":{"input_tokens":9,"output_tokens":12},"text_length":13}
                        """, Told.of(stream));
        assertTrue(SseStream.matches(stream.done(), "I am a model."));
        assertEquals("first", exchange.body().getString("model"));
        assertTrue(exchange.head().contains("authorization: Bearer " + KEY), exchange.head());
        assertTrue(exchange.head().contains("X-Team: mill"), exchange.head());
    }

    @Test
    void theModelSearchesTheDocumentsAndItsAnswerCitesThem() {
        String arguments = "\"{\\\"query\\\":\\\"wheel millstones\\\",\\\"limit\\\":1}\"";
        upstream.answers(
                Script.stream(
                        call("{\"index\":0,\"id\":\"call_1\",\"function\":{\"name\":\"search_docs\",\"arguments\":"
                                        + arguments + "}}")
                                + finish("tool_calls") + USAGE + "data: [DONE]\n\n"),
                Script.stream(answer("By an oak shaft [1].")));
        SseStream stream = ada.ask(Library.WHEEL).awaitEnd();
        assertEquals(
                List.of("started", "generating", "running_tool", "tool_result", "generating", "completed"),
                stream.data("status").stream()
                        .map(status -> status.getString("step"))
                        .toList());
        JsonObject citation = stream.data("citation").get(0);
        assertTrue(citation.getString("quote").contains("oak shaft"), citation::encode);
        assertEquals(
                "By an oak shaft", stream.text().substring(citation.getInteger("start"), citation.getInteger("end")));
        assertEquals(18, stream.done().getJsonObject("usage").getInteger("input_tokens"), "both rounds");
        assertEquals(3, upstream.take().body().getJsonArray("tools").size());
        JsonArray second = upstream.take().body().getJsonArray("messages");
        JsonObject result = second.getJsonObject(second.size() - 1);
        assertEquals("call_1", result.getString("tool_call_id"));
        assertTrue(result.getString("content").contains("oak shaft"), result::encode);
    }

    @Test
    void theModelReadsTheConversation() {
        upstream.answers(Script.stream(answer("By a shaft.")));
        SseStream stream = ada.ask(question(Library.WHEEL)).awaitEnd();
        upstream.take();
        ada.ask(question("And without water?").put("session", stream.session())).awaitEnd();
        List<String> messages = upstream.take().body().getJsonArray("messages").stream()
                .map(message ->
                        ((JsonObject) message).getString("role") + " " + ((JsonObject) message).getString("content"))
                .skip(1)
                .toList();
        assertEquals(List.of("user " + Library.WHEEL, "assistant By a shaft.", "user And without water?"), messages);
    }

    @Test
    void aConversationThatIsTooLongIsReadAsASummary() {
        String words = "wheel ".repeat(6_000);
        upstream.answers(
                Script.stream(answer("Long.")),
                Script.stream(answer("A lot about wheels.")),
                Script.stream(answer("Yes.")));
        SseStream first = ada.ask(question(words)).awaitEnd();
        SseStream second = ada.ask(question("Was it long?").put("session", first.session()));
        assertEquals("""
                        status {"step":"started","run":"RUN","session":"SES","message":"MSG"}
                        status {"step":"summarizing","label":"Summarizing what was said before"}
                        warning {"code":"history_summarized","message":"The model reads the beginning of this conversation as a summary."}
                        status {"step":"generating"}
                        token {"text":"Yes.","at":0}
                        status {"step":"completed"}
                        done {"status":"completed","finish":"stop","usage":{"input_tokens":18,"output_tokens":24},"text_length":4}
                        """, Told.of(second));
        upstream.take();
        assertTrue(upstream.take().body().getJsonArray("messages").encode().contains("Summarize the conversation"));
        JsonArray messages = upstream.take().body().getJsonArray("messages");
        assertEquals(2, messages.size());
        assertTrue(messages.getJsonObject(0).getString("content").endsWith("conversation: A lot about wheels."));
        assertEquals("Was it long?", messages.getJsonObject(1).getString("content"));
    }

    @Test
    void cancellingClosesTheConnectionOfTheUpstream() throws Exception {
        upstream.answers(Script.stream(say("Once upon ")).ending(End.OPEN));
        SseStream stream = ada.ask(question("Tell me a story.")).awaitEvents(3);
        Exchange exchange = upstream.take();
        assertFalse(exchange.closed().isComplete());
        assertEquals(202, ada.delete("/api/chat/" + stream.run()).status());
        exchange.closed().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertEquals(OPENING + """
                        token {"text":"Once upon ","at":0}
                        done {"status":"cancelled","finish":"cancelled","usage":{"input_tokens":4,"output_tokens":3,"estimated":true},"text_length":10}
                        """, Told.of(stream));
    }

    @Test
    void aRunThatTakesTooLongClosesTheConnectionOfTheUpstream() throws Exception {
        upstream.answers(Script.stream(say("Well, ")).ending(End.OPEN));
        SseStream stream = ada.ask(question("Think hard.").put("timeout_ms", 500));
        Exchange exchange = upstream.take();
        exchange.closed().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertEquals(OPENING + """
                        token {"text":"Well, ","at":0}
                        done {"status":"timeout","finish":"timeout","usage":{"input_tokens":3,"output_tokens":2,"estimated":true},"text_length":6}
                        """, Told.of(stream));
    }

    @Test
    void anUpstreamThatBreaksOffFailsTheRunAndKeepsWhatItSaid() {
        upstream.answers(Script.stream(say("Half of ") + say("it")));
        SseStream stream = ada.ask(question("Tell me all of it."));
        assertEquals(OPENING + """
                        token {"text":"Half of ","at":0}
                        token {"text":"it","at":8}
                        error {"code":"upstream_truncated","message":"The model's server broke off before its answer was whole; ask again.","retryable":true}
                        done {"status":"failed","finish":"error","usage":{"input_tokens":5,"output_tokens":3,"estimated":true},"text_length":10}
                        """, merged(Told.of(stream)));
        upstream.take();
        String session = "/api/chat/sessions/" + stream.session();
        Server.eventually(
                "the answer in its conversation", () -> ada.get(session).json().getString("active_run") == null);
        JsonObject kept = ada.get(session).json().getJsonArray("messages").getJsonObject(1);
        assertEquals("Half of it", kept.getString("text"));
        assertEquals("failed", kept.getString("status"));
    }

    /** Two tokens may be one by the time they are in the log. */
    private static String merged(String told) {
        return told.replace(
                "token {\"text\":\"Half of it\",\"at\":0}\n",
                "token {\"text\":\"Half of \",\"at\":0}\ntoken {\"text\":\"it\",\"at\":8}\n");
    }

    @Test
    void theSecondModelAnswersWhereTheFirstDoesNot() {
        upstream.answers(Script.refusal(404, "{\"error\":\"no such model\"}"));
        second.answers(Script.stream(answer("Here.")));
        SseStream stream = ada.ask(question("Anybody there?"));
        assertEquals(OPENING + """
                        warning {"code":"fallback_model","message":"The model first did not answer; this is from second."}
                        token {"text":"Here.","at":0}
                        status {"step":"completed"}
                        done {"status":"completed","finish":"stop","usage":{"input_tokens":9,"output_tokens":12},"text_length":5}
                        """, Told.of(stream));
        upstream.take();
        assertFalse(second.take().head().contains("uthorization"), "the key is for the first server only");
    }

    @Test
    void aContextThatIsTooLongSaysBothNumbers() {
        upstream.answers(Script.refusal(
                400, "{\"error\":{\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":5000,\"n_ctx\":4096}}"));
        SseStream stream = ada.ask(question("Read all of this."));
        assertEquals(OPENING + """
                        error {"code":"context_length","message":"The conversation is too long for the model, with 5000 tokens where 4096 fit; begin a new session.","retryable":false}
                        done {"status":"failed","finish":"error","usage":{"input_tokens":5,"output_tokens":0,"estimated":true},"text_length":0}
                        """, Told.of(stream));
        upstream.take();
    }

    /** The reader takes nothing of several megabytes; the upstream is read to its end all the same. */
    @Test
    void aSlowReaderDoesNotHoldTheUpstreamBack() {
        upstream.answers(Script.stream("").ending(End.OPEN));
        SseStream stream = ada.ask(question("Talk.")).awaitEvents(2);
        stream.atPace(() -> 20_000);
        Exchange exchange = upstream.take();
        String piece = "z".repeat(1 << 14);
        for (int i = 0; i < 400; i++) {
            exchange.send(say(piece));
        }
        exchange.send(STOP + USAGE + "data: [DONE]\n\n").end();
        String session = "/api/chat/sessions/" + stream.session();
        Server.eventually("the whole answer in its conversation", () -> {
            JsonArray messages = ada.get(session).json().getJsonArray("messages");
            return messages.size() == 2
                    && messages.getJsonObject(1).getString("status").equals("completed")
                    && messages.getJsonObject(1).getString("text").length() == 400 << 14;
        });
        assertFalse(stream.isOver());
        stream.leave();
    }
}
