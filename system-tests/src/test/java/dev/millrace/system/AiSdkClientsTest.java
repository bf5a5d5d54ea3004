package dev.millrace.system;

import static dev.millrace.agent.openai.Wire.STOP;
import static dev.millrace.agent.openai.Wire.USAGE;
import static dev.millrace.agent.openai.Wire.answer;
import static dev.millrace.agent.openai.Wire.call;
import static dev.millrace.agent.openai.Wire.delta;
import static dev.millrace.agent.openai.Wire.finish;
import static dev.millrace.agent.openai.Wire.say;
import static dev.millrace.system.FrontEnd.last;
import static dev.millrace.system.FrontEnd.part;
import static dev.millrace.system.FrontEnd.text;
import static dev.millrace.system.FrontEnd.types;
import static dev.millrace.system.FrontEndStage.calls;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.openai.StandIn;
import dev.millrace.agent.openai.StandIn.End;
import dev.millrace.agent.openai.StandIn.Exchange;
import dev.millrace.agent.openai.StandIn.Script;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The AI SDK as npm has it, unmodified, with the transport that it has by default, at its default address. */
@Timeout(60)
class AiSdkClientsTest {

    @TempDir
    static Path folder;

    private static FrontEndStage stage;
    private static StandIn upstream;
    private static SseClient ada;
    private static int chats;

    @BeforeAll
    static void start() throws Exception {
        stage = new FrontEndStage(folder, "chat.mjs");
        upstream = stage.upstream;
        ada = stage.ada;
    }

    @AfterAll
    static void stop() throws Exception {
        stage.close();
    }

    /** A tab of a new chat; its name is that of the chat. */
    private static String open(FrontEnd page, Object... fields) {
        String chat = "chat " + ++chats + "/ü";
        openTab(page, chat, chat, fields);
        return chat;
    }

    private static void openTab(FrontEnd page, String tab, String chat, Object... fields) {
        stage.open(page, tab, ada, "chat", chat, fields);
    }

    private static void ready(FrontEnd page, String tab, String text) {
        JsonObject shown =
                page.await(tab, now -> "ready".equals(now.getString("status")) && text.equals(text(last(now))));
        assertEquals(null, shown.getString("error"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ai", "ai-6", "ai-5", "react"})
    void thoughtsTextToolsSourcesAndDataArriveAsParts(String sdk) throws Exception {
        FrontEnd page = stage.frontEnd(sdk);
        String chat = open(page);
        upstream.answers(
                Script.stream(delta("{\"reasoning_content\":\"Let me look.\"}")
                        + call("{\"index\":0,\"id\":\"call_1\",\"function\":{\"name\":\"search_docs\",\"arguments\":"
                                + "\"{\\\"query\\\":\\\"wheel millstones\\\",\\\"limit\\\":1}\"}}")
                        + finish("tool_calls") + USAGE + "data: [DONE]\n\n"),
                Script.stream(answer("By an oak shaft [1].")));
        page.tellAndWait(chat, "send", "text", Library.WHEEL);
        ready(page, chat, "By an oak shaft [1].");
        JsonObject message = last(page.see(chat));
        assertEquals("step-start reasoning dynamic-tool step-start text source-document data-citation", types(message));
        assertEquals("Let me look.", part(message, "reasoning").getString("text"));
        JsonObject tool = part(message, "dynamic-tool");
        assertEquals("output-available", tool.getString("state"));
        assertEquals("wheel millstones", tool.getJsonObject("input").getString("query"));
        assertTrue(tool.getJsonObject("output").encode().contains("oak shaft"), tool::encode);
        assertEquals("wheel.md", part(message, "source-document").getString("filename"));
        JsonObject cited = part(message, "data-citation").getJsonObject("data");
        assertEquals("By an oak shaft", text(message).substring(cited.getInteger("start"), cited.getInteger("end")));
        assertEquals(
                18, message.getJsonObject("metadata").getJsonObject("usage").getInteger("inputTokens"));
        assertEquals(new JsonArray(), page.see(chat).getJsonArray("calls"), "the server has run its tools");
        upstream.take();
        upstream.take();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ai", "react"})
    void theNewestClientReadsMoreWhenItAsksForIt(String sdk) throws Exception {
        FrontEnd page = stage.frontEnd(sdk);
        String chat = open(page, "api", "/api/chat?protocol=ai-sdk@7");
        upstream.answers(
                calls("call_1", "search_docs", "{\"query\":\"wheel millstones\",\"limit\":1}"),
                Script.stream(answer("By an oak shaft [1].")));
        page.tellAndWait(chat, "send", "text", Library.WHEEL);
        ready(page, chat, "By an oak shaft [1].");
        JsonObject first = last(page.see(chat));
        JsonObject citation = part(first, "text").getJsonArray("citations").getJsonObject(0);
        assertEquals("wheel.md", citation.getJsonObject("source").getString("filename"));
        assertEquals(0, citation.getInteger("startIndex"));
        assertEquals("By an oak shaft".length(), citation.getInteger("endIndex"));
        page.tellAndWait(chat, "resume");
        ready(page, chat, "By an oak shaft [1].");
        assertEquals(first, last(page.see(chat)), "the query reaches the other call, too");
        upstream.take();
        upstream.take();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ai", "ai-6", "ai-5", "react"})
    void theConversationGoesOnUnderTheNameThatTheClientHasGivenIt(String sdk) throws Exception {
        FrontEnd page = stage.frontEnd(sdk);
        String chat = open(page);
        upstream.answers(Script.stream(answer("One.")), Script.stream(answer("Two.")));
        page.tellAndWait(chat, "send", "text", "First?");
        ready(page, chat, "One.");
        upstream.take();
        page.tellAndWait(chat, "send", "text", "Second?");
        ready(page, chat, "Two.");
        assertEquals(
                List.of("user First?", "assistant One.", "user Second?"),
                upstream.take().body().getJsonArray("messages").stream()
                        .map(JsonObject.class::cast)
                        .map(turn -> turn.getString("role") + " " + turn.getString("content"))
                        .skip(1)
                        .toList());
        FrontEnd stranger = stage.frontEnd(sdk);
        stage.open(stranger, "eve", stage.client("eve"), "chat", chat);
        stranger.tellAndWait("eve", "resume");
        assertEquals("ready", stranger.see("eve").getString("status"));
        assertEquals(new JsonArray(), stranger.see("eve").getJsonArray("messages"), "the name is ada's");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ai", "ai-6", "ai-5", "react"})
    void aToolOfTheFrontEndIsRunThereAndTheSameMessageGoesOn(String sdk) throws Exception {
        FrontEnd page = stage.frontEnd(sdk);
        String chat = open(
                page,
                "automatic",
                true,
                "body",
                new JsonObject().put("tools", new JsonArray().add(FrontEndStage.PLACE)));
        upstream.answers(calls("call_1", "place", "{\"exact\":true}"), Script.stream(answer("By the river.")));
        page.tellAndWait(chat, "send", "text", "Where am I?");
        JsonObject asked = page.await(chat, "ready");
        assertEquals(new JsonArray().add("place"), asked.getJsonArray("calls"));
        assertEquals("input-available", part(last(asked), "tool-place").getString("state"));
        String second = "second " + chat;
        openTab(page, second, chat);
        page.tellAndWait(second, "resume");
        assertEquals(
                "input-available", part(last(page.see(second)), "tool-place").getString("state"));
        page.tell(chat, "output", "tool", "place", "call", "call_1", "output", new JsonObject().put("lat", 1));
        ready(page, chat, "By the river.");
        assertEquals("step-start tool-place step-start text", types(last(page.see(chat))));
        assertEquals(2, page.see(chat).getJsonArray("messages").size(), "one question, one answer");
        upstream.take();
        JsonArray messages = upstream.take().body().getJsonArray("messages");
        assertEquals("{\"lat\":1}", messages.getJsonObject(messages.size() - 1).getString("content"));
        page.tellAndWait(second, "resume");
        ready(page, second, "By the river.");
        JsonObject tool = part(last(page.see(second)), "tool-place");
        assertEquals("output-available", tool.getString("state"));
        assertEquals(new JsonObject().put("exact", true), tool.getJsonObject("input"));
        assertEquals(new JsonArray().add("place"), page.see(second).getJsonArray("calls"), "it was not run again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ai", "ai-6", "react"})
    void aPersonAllowsATool(String sdk) throws Exception {
        FrontEnd page = stage.frontEnd(sdk);
        for (boolean approved : new boolean[] {true, false}) {
            String chat = open(page, "automatic", true);
            upstream.answers(calls("call_1", "current_time", "{}"), Script.stream(answer("Noon.")));
            page.tellAndWait(chat, "send", "text", "What time is it?");
            JsonObject tool = part(last(page.await(chat, "ready")), "dynamic-tool");
            assertEquals("approval-requested", tool.getString("state"));
            page.tell(chat, "approve", "id", tool.getJsonObject("approval").getString("id"), "approved", approved);
            ready(page, chat, "Noon.");
            assertEquals(
                    approved ? "output-available" : "output-denied",
                    part(last(page.see(chat)), "dynamic-tool").getString("state"));
            upstream.take();
            upstream.take();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ai", "ai-6", "ai-5", "react"})
    void anErrorIsShownBehindWhatCameBeforeIt(String sdk) throws Exception {
        FrontEnd page = stage.frontEnd(sdk);
        String chat = open(page);
        upstream.answers(Script.stream(say("Half an")).ending(End.CUT));
        page.tellAndWait(chat, "send", "text", "Who are you?");
        JsonObject shown = page.await(chat, "error");
        assertEquals("Half an", text(last(shown)));
        assertTrue(shown.getString("error").contains("broke off"), shown::encode);
        upstream.take();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ai", "ai-6", "ai-5", "react"})
    void leavingIsNotStoppingAndStoppingIs(String sdk) throws Exception {
        FrontEnd page = stage.frontEnd(sdk);
        String chat = open(page);
        upstream.answers(Script.stream(say("Once ")).ending(End.OPEN));
        page.tell(chat, "send", "text", "Tell me a story.");
        page.await(chat, shown -> "Once ".equals(text(last(shown))));
        Exchange exchange = upstream.take();
        page.tellAndWait(chat, "abort");
        assertFalse(exchange.closed().isComplete(), "the run goes on");
        exchange.send(say("upon "));
        page.tell(chat, "resume");
        page.await(chat, shown -> "Once upon ".equals(text(last(shown))));
        assertEquals(2, page.see(chat).getJsonArray("messages").size());
        String path = "/api/chat/"
                + java.net.URLEncoder.encode(chat, java.nio.charset.StandardCharsets.UTF_8)
                        .replace("+", "%20");
        JsonObject stale = new JsonObject().put("activeStreamId", "run_of_another_time");
        assertEquals(
                new JsonArray(),
                ada.post(path + "/stop", "application/json", stale).json().getJsonArray("cancelling"));
        SseClient.Reply stopped = ada.post(path + "/stop", "application/json", new JsonObject());
        assertEquals(202, stopped.status());
        exchange.closed().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        JsonObject shown = page.await(chat, "ready");
        assertEquals("Once upon ", text(last(shown)));
        assertEquals(true, last(shown).getJsonObject("metadata").getBoolean("cancelled"));
        assertEquals(204, ada.get(path + "/stream").status());
        page.tellAndWait(chat, "resume");
        ready(page, chat, "Once upon ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ai", "ai-6", "ai-5", "react"})
    void anAnswerIsGivenAgainAndAQuestionIsEdited(String sdk) throws Exception {
        FrontEnd page = stage.frontEnd(sdk);
        String chat = open(page);
        upstream.answers(
                Script.stream(answer("One.")), Script.stream(answer("Another.")), Script.stream(answer("Edited.")));
        page.tellAndWait(chat, "send", "text", "First?");
        ready(page, chat, "One.");
        String first = last(page.see(chat)).getString("id");
        page.tellAndWait(chat, "regenerate");
        ready(page, chat, "Another.");
        assertEquals(2, page.see(chat).getJsonArray("messages").size());
        assertNotEquals(first, last(page.see(chat)).getString("id"));
        JsonObject question = page.see(chat).getJsonArray("messages").getJsonObject(0);
        page.tellAndWait(chat, "send", "text", "Second?", "messageId", question.getString("id"));
        ready(page, chat, "Edited.");
        assertEquals(2, page.see(chat).getJsonArray("messages").size());
        upstream.take();
        for (String asked : List.of("First?", "Second?")) {
            JsonArray messages = upstream.take().body().getJsonArray("messages");
            assertEquals(2, messages.size(), messages::encode);
            assertEquals(asked, messages.getJsonObject(1).getString("content"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ai", "ai-6", "ai-5", "react"})
    void aSecondTabFollowsTheSameAnswerAndAThirdSeesItWhenItIsOver(String sdk) throws Exception {
        FrontEnd page = stage.frontEnd(sdk);
        String chat = open(page);
        upstream.answers(Script.stream(say("Once ")).ending(End.OPEN));
        page.tell(chat, "send", "text", "Tell me a story.");
        page.await(chat, shown -> "Once ".equals(text(last(shown))));
        Exchange exchange = upstream.take();
        for (String tab : List.of("second " + chat, "third " + chat)) {
            openTab(page, tab, chat);
        }
        page.tell("second " + chat, "resume");
        page.await("second " + chat, shown -> "Once ".equals(text(last(shown))));
        exchange.send(say("upon a time.") + STOP + USAGE + "data: [DONE]\n\n").end();
        ready(page, chat, "Once upon a time.");
        ready(page, "second " + chat, "Once upon a time.");
        page.tellAndWait("third " + chat, "resume");
        ready(page, "third " + chat, "Once upon a time.");
        String id = last(page.see(chat)).getString("id");
        for (String tab : List.of("second " + chat, "third " + chat)) {
            assertEquals(id, last(page.see(tab)).getString("id"));
        }
        page.tellAndWait(chat, "resume");
        ready(page, chat, "Once upon a time.");
        assertEquals(2, page.see(chat).getJsonArray("messages").size(), "it took its own place");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ai", "ai-6", "ai-5", "react"})
    void aChatThatNeverHadAnAnswerIsIdle(String sdk) throws Exception {
        FrontEnd page = stage.frontEnd(sdk);
        String chat = open(page);
        page.tellAndWait(chat, "resume");
        JsonObject shown = page.await(chat, "ready");
        assertEquals(null, shown.getString("error"));
        assertEquals(new JsonArray(), shown.getJsonArray("messages"));
    }

    @Test
    void whoHasAPositionGetsWhatFollowsItAndWhoHasAWrongOneTheWhole() throws Exception {
        upstream.answers(Script.stream(answer("One.")));
        JsonObject text = new JsonObject().put("type", "text").put("text", "First?");
        JsonObject message =
                new JsonObject().put("id", "m1").put("role", "user").put("parts", new JsonArray().add(text));
        JsonObject body =
                new JsonObject().put("id", "raw").put("message", message).put("trigger", "submit-message");
        SseClient.Reply asked = ada.post("/api/chat", "application/json", body);
        upstream.take();
        assertEquals("v1", asked.headers().get("x-vercel-ai-ui-message-stream"));
        assertEquals("ai-sdk", asked.headers().get("X-Stream-Protocol"));
        String whole = frames(asked);
        int at = whole.indexOf("id: 2-");
        String id = whole.substring(at + 4, whole.indexOf('\n', at));
        assertEquals(whole.substring(whole.indexOf("\n\n", at) + 2), frames(stream("Last-Event-ID", id)));
        assertEquals(whole, frames(stream("Last-Event-ID", "2-1")), "that is another event");
        assertEquals(whole, frames(stream()));
        assertEquals(
                whole, frames(ada.post("/api/chat", "application/json", body)), "the same message is one question");
    }

    private static SseClient.Reply stream(String... headers) {
        return ada.call(HttpMethod.GET, "/api/chat/raw/stream", null, headers);
    }

    /** The body behind its opening. */
    private static String frames(SseClient.Reply reply) {
        String body = reply.body().toString();
        return body.substring(body.indexOf("\n\n") + 2);
    }
}
