package dev.millrace.system;

import static dev.millrace.agent.openai.Wire.STOP;
import static dev.millrace.agent.openai.Wire.USAGE;
import static dev.millrace.agent.openai.Wire.say;
import static dev.millrace.system.FrontEnd.last;
import static dev.millrace.system.FrontEnd.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.agent.openai.StandIn;
import dev.millrace.agent.openai.StandIn.End;
import dev.millrace.agent.openai.StandIn.Exchange;
import dev.millrace.agent.openai.StandIn.Script;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent and nodes for chat, each a process of its own; front ends of npm whose node dies, or is renewed in a deploy. */
@Timeout(150)
class FrontEndsInAFleetTest {

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private StandIn upstream;
    private Redis redis;
    private Fleet fleet;
    private Member mortal;
    private Member staying;
    private FrontEnd chat;
    private FrontEnd agent;

    @BeforeEach
    void start() throws Exception {
        chat = FrontEnd.start(folder, "chat.mjs", "react");
        agent = FrontEnd.start(folder, "agent.mjs", "@ag-ui/client");
        upstream = StandIn.start(vertx);
        redis = Redis.start(folder);
        fleet = Fleet.over(redis, folder);
        mortal = fleet.begin("chat");
        staying = fleet.begin("chat");
        Member thinking = fleet.begin("agent", "--model-url", upstream.url(), "--model", "m");
        mortal.awaitReady();
        staying.awaitReady();
        thinking.awaitReady();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {chat, agent, fleet, redis}) {
            if (each != null) { // null when Node is missing and the test is skipped
                each.close();
            }
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private String base(Member node) {
        return "http://127.0.0.1:" + node.port();
    }

    private void open(FrontEnd page, String tab, String name) {
        String token = fleet.client(mortal, "ada").token();
        page.tellAndWait(tab, "open", "base", base(mortal), "token", token, "chat", name, "thread", name);
    }

    private Exchange storyBeginsIn(String tab) {
        upstream.answers(Script.stream(say("Once ")).ending(End.OPEN));
        open(chat, tab, tab);
        chat.tell(tab, "send", "text", "Tell me a story.");
        chat.await(tab, shown -> "Once ".equals(text(last(shown))));
        return upstream.take();
    }

    private void storyIsWholeIn(String tab) {
        JsonObject shown = chat.await(
                tab, now -> "ready".equals(now.getString("status")) && "Once upon a time.".equals(text(last(now))));
        assertEquals(2, shown.getJsonArray("messages").size());
    }

    @Test
    void aChatWhoseNodeIsKilledGoesOnAtAnotherAndIsShownThereWhenItIsOver() {
        Exchange story = storyBeginsIn("first");
        mortal.kill();
        chat.await("first", "error");
        story.send(say("upon "));
        chat.tellAndWait("first", "move", "base", base(staying));
        chat.tell("first", "resume");
        chat.await("first", shown -> "Once upon ".equals(text(last(shown))));
        story.send(say("a time.") + STOP + USAGE + "data: [DONE]\n\n").end();
        storyIsWholeIn("first");
        open(chat, "second", "first");
        chat.tellAndWait("second", "move", "base", base(staying));
        chat.tellAndWait("second", "resume");
        JsonObject replayed = chat.await("second", "ready");
        assertEquals(last(chat.see("first")), last(replayed));
    }

    @Test
    void aDeployInTheMiddleOfAnAnswerIsAnErrorAndNotAShortAnswer() throws Exception {
        Exchange story = storyBeginsIn("first");
        mortal.process().terminate();
        chat.await("first", "error");
        story.send(say("upon a time.") + STOP + USAGE + "data: [DONE]\n\n").end();
        chat.tellAndWait("first", "move", "base", base(staying));
        chat.tellAndWait("first", "resume");
        storyIsWholeIn("first");
        mortal.process().result();
    }

    @Test
    void anEventSourceComesBackByItselfToANodeThatWasKilledAndBegunAgain() throws Exception {
        upstream.answers(Script.stream(say("Once ")).ending(End.OPEN));
        SseClient ada = fleet.client(staying, "ada");
        SseStream asked = ada.ask("Tell me a story.");
        Exchange story = upstream.take();
        String url = base(mortal) + "/api/chat/" + asked.run();
        try (FrontEnd source = FrontEnd.start(folder, "source.mjs", url, ada.token())) {
            source.await("source", shown -> shown.getJsonArray("events", new JsonArray())
                    .encode()
                    .contains("Once "));
            mortal.kill();
            source.await("source", "connecting");
            story.send(say("upon a time.") + STOP + USAGE + "data: [DONE]\n\n").end();
            mortal.startAgain();
            JsonObject shown = source.await("source", "done");
            String text = shown.getJsonArray("events").stream()
                    .map(event -> ((JsonObject) event).getJsonObject("data").getString("text", ""))
                    .collect(Collectors.joining());
            assertEquals("Once upon a time.", text);
        }
    }

    @Test
    void anAgentWhoseNodeIsKilledComesBackToItsRunAtAnother() {
        upstream.answers(Script.stream(say("Once ")).ending(End.OPEN));
        open(agent, "first", "first");
        agent.tellAndWait("first", "say", "id", "q1", "text", "Tell me a story.");
        agent.tell("first", "run", "run", "run 1");
        agent.await("first", shown -> "Once ".equals(last(shown).getString("content")));
        Exchange story = upstream.take();
        mortal.kill();
        agent.await("first", "broken");
        agent.tellAndWait("first", "move", "base", base(staying));
        agent.tell("first", "run", "run", "run 1");
        agent.await("first", shown -> shown.getJsonArray("events").contains("MESSAGES_SNAPSHOT"));
        story.send(say("upon a time.") + STOP + USAGE + "data: [DONE]\n\n").end();
        JsonObject shown = agent.await("first", "ready");
        assertEquals("Once upon a time.", last(shown).getString("content"));
        assertEquals(2, shown.getJsonArray("messages").size());
    }
}
