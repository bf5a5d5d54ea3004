package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.openai.StandIn;
import dev.millrace.agent.openai.StandIn.Script;
import dev.millrace.agent.openai.Wire;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs of {@code docs/front-ends.md}, as they stand there but for the address. */
@Timeout(60)
class FrontEndSnippetsTest {

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private StandIn upstream;
    private Server server;

    @BeforeEach
    void start() throws Exception {
        upstream = StandIn.start(vertx);
        server = Server.start(folder, "--model-url", upstream.url(), "--model", "m");
        upstream.answers(Script.stream(Wire.answer("By its last id.")));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** The first program under a heading. */
    private String snippet(String heading) throws Exception {
        String page = Files.readString(Project.file("docs/front-ends.md"));
        String section = page.substring(page.indexOf("## " + heading));
        int begins = section.indexOf("```js\n") + 6;
        return section.substring(begins, section.indexOf("```", begins))
                .replace("https://mill.example", "http://127.0.0.1:" + server.port());
    }

    private static String lines(String program, Predicate<String> such) {
        return Arrays.stream(program.split("\n")).filter(such).collect(Collectors.joining("\n", "", "\n"));
    }

    private static boolean imports(String line) {
        return line.startsWith("import ");
    }

    private String token() {
        return "const token = '" + server.client("ada").token() + "';\n";
    }

    @Test
    void theAgentOfAgUiPrintsTheAnswer() throws Exception {
        String program = snippet("How to use AG-UI");
        String said = FrontEnd.program(
                lines(program, FrontEndSnippetsTest::imports) + token() + lines(program, line -> !imports(line)));
        assertEquals("By its last id.", said.strip());
    }

    @Test
    void thePageWithUseChatShowsTheAnswer() throws Exception {
        String program = snippet("How to use useChat");
        assertTrue(program.contains("useChat({"), program);
        String said =
                FrontEnd.program("import React from 'react';\nimport { act, create } from 'react-test-renderer';\n"
                        + lines(program, FrontEndSnippetsTest::imports)
                        + token()
                        + "globalThis.IS_REACT_ACT_ENVIRONMENT = true;\n"
                        + "let page;\n"
                        + "function Page() {\n"
                        + lines(program, line -> !imports(line))
                        + "  page = { messages, sendMessage, status, stop, regenerate };\n"
                        + "  return null;\n}\n"
                        + "await act(async () => { create(React.createElement(Page)); });\n"
                        + "await act(async () => { await page.sendMessage({ text: 'How do I resume a stream?' }); });\n"
                        + "console.log(JSON.stringify({ status: page.status, last: page.messages.at(-1) }));\n"
                        + "process.exit(0);\n");
        JsonObject shown = new JsonObject(
                said.strip().lines().reduce((first, last) -> last).orElse("{}"));
        assertEquals("ready", shown.getString("status"), said);
        assertEquals("By its last id.", FrontEnd.text(shown.getJsonObject("last")), said);
    }
}
