package dev.millrace.system;

import static dev.millrace.agent.openai.Wire.STOP;
import static dev.millrace.agent.openai.Wire.USAGE;
import static dev.millrace.agent.openai.Wire.answer;
import static dev.millrace.agent.openai.Wire.call;
import static dev.millrace.agent.openai.Wire.finish;
import static dev.millrace.agent.openai.Wire.say;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import dev.millrace.agent.openai.StandIn;
import dev.millrace.agent.openai.StandIn.End;
import dev.millrace.agent.openai.StandIn.Exchange;
import dev.millrace.agent.openai.StandIn.Script;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run that asks the person before the page: for words, for a form, for leave; and is steered. */
@Timeout(120)
class ConsoleInputTest {

    private static final String FORM = "{\"type\":\"object\",\"required\":[\"mill\"],\"properties\":{"
            + "\"mill\":{\"type\":\"string\",\"enum\":[\"river\",\"pond\"]},"
            + "\"sacks\":{\"type\":\"integer\",\"title\":\"How many sacks\"},\"fine\":{\"type\":\"boolean\"}}}";

    @TempDir
    Path folder;

    private static Script calls(String id, String tool, JsonObject arguments) {
        String function = new JsonObject()
                .put("name", tool)
                .put("arguments", arguments.encode())
                .encode();
        return Script.stream(call("{\"index\":0,\"id\":\"" + id + "\",\"function\":" + function + "}")
                + finish("tool_calls") + USAGE + "data: [DONE]\n\n");
    }

    @Test
    void wordsAFormAndLeaveAreGivenOnThePageAndTheRunIsSteered() throws Exception {
        Vertx vertx = Vertx.vertx();
        StandIn upstream = StandIn.start(vertx);
        upstream.answers(
                calls("call_1", "ask_user", new JsonObject().put("question", "Which mill?")),
                calls(
                        "call_2",
                        "ask_user",
                        new JsonObject()
                                .put("question", "And what shall it grind?")
                                .put("schema", new JsonObject(FORM))),
                calls("call_3", "current_time", new JsonObject()),
                Script.stream(say("Half")).ending(End.OPEN),
                Script.stream(answer("The rest.")));
        try (Browser browser = Browser.start();
                Server server = Server.start(
                        folder, "--model-url", upstream.url(), "--model", "m", "--tools-approval", "current_*");
                BrowserContext profile = browser.profile()) {
            SseClient ada = server.client("ada");
            ConsolePage console = ConsolePage.open(profile, "http://127.0.0.1:" + server.port(), ada.token());
            console.ask("What time is it there?");

            console.page().getByLabel("Which mill?").fill("The one by the river.");
            console.page().keyboard().press("Enter");

            console.page().getByText("And what shall it grind?").waitFor();
            console.shot("form-desktop-light");
            assertEquals(List.of(), console.barriers());
            console.page()
                    .getByLabel("mill", new com.microsoft.playwright.Page.GetByLabelOptions().setExact(true))
                    .selectOption("pond");
            console.page().getByLabel("How many sacks").fill("12");
            console.page().getByLabel("fine").check();
            console.press("Answer");

            console.page().getByText("current_time {}").waitFor();
            console.shot("approval-desktop-light");
            console.press("Allow");

            upstream.take();
            assertTrue(upstream.take().body().encode().contains("The one by the river."));
            String third = upstream.take().body().encode();
            assertTrue(
                    third.contains("\\\"mill\\\":\\\"pond\\\"")
                            && third.contains("\\\"sacks\\\":12")
                            && third.contains("\\\"fine\\\":true"),
                    third);
            Exchange fourth = upstream.take();
            console.awaitText("Half".length());
            assertEquals(0, console.page().locator(".request").count());
            console.ask("In French, please.");
            console.page().getByText("You added: In French, please.").waitFor();
            fourth.send(STOP + USAGE + "data: [DONE]\n\n").end();
            console.awaitEnd("completed");
            assertEquals("Half\n\nThe rest.", console.text());
            assertEquals(1, console.page().locator(".question").count());
            console.assertNoComplaint();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }
}
