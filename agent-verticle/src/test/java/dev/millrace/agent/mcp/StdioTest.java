package dev.millrace.agent.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.model.Cancellation;
import dev.millrace.agent.model.Tool;
import dev.millrace.agent.model.ToolServerDown;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@DisplayName("A tool server that is a program")
class StdioTest {

    private Bench bench;

    @BeforeEach
    void start(Vertx vertx) {
        bench = new Bench(vertx, Map.of("mill", Bench.stdio(Map.of("SECRET", "rye"))));
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private JsonObject call(String name) {
        return bench.call(name, new JsonObject());
    }

    @Test
    @DisplayName("is missing until it has answered, and then its tools are there under their names")
    void tools() {
        assertEquals(List.of("mill"), bench.offer(null).missing());
        assertTrue(bench.servers.mayHave("echo"), "nobody knows yet what it has");
        Tool echo = bench.untilAllAreThere().tools().stream()
                .filter(tool -> tool.name().equals("echo"))
                .findFirst()
                .orElseThrow();
        assertEquals("Does echo.", echo.description());
        assertEquals(
                new JsonObject("{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}}}"), echo.schema());
        assertFalse(bench.servers.mayHave("rm"));
        assertEquals(List.of("echo"), Bench.names(bench.offer(List.of("echo", "current_time"))));
    }

    @Test
    @DisplayName("is called with arguments, and answers with text, pictures and resources, as text")
    void results() {
        bench.untilAllAreThere();
        assertEquals(
                new JsonObject().put("text", "Zwölf\nKörner 🌾"),
                bench.call("echo", new JsonObject().put("text", "Zwölf\nKörner 🌾")));
        assertEquals(
                "A mill.\n\n[image image/png, about 3 bytes]\n\nfile:///rye.md:\n# Rye\n\n[wheat](file:///wheat.md) All of it",
                call("picture").getString("text"));
    }

    @Test
    @DisplayName("may fail, and its own words are told to the model")
    void wrong() {
        bench.untilAllAreThere();
        assertEquals("There is no such mill.", bench.failure("wrong"));
    }

    @Test
    @DisplayName("may answer at length, of which the beginning is taken")
    void huge() {
        bench.untilAllAreThere();
        assertEquals(
                new JsonObject()
                        .put("text", "h".repeat(Reading.MOST_CHARACTERS))
                        .put("cut", true),
                call("huge"));
    }

    @Test
    @DisplayName("that writes a message without measure is started again")
    void flood() {
        bench.untilAllAreThere();
        String before = call("pid").getString("text");
        assertEquals("The tool server 'mill' is not available.", bench.failure("flood"));
        bench.untilAllAreThere();
        assertFalse(before.equals(call("pid").getString("text")));
    }

    @Test
    @DisplayName("may write what is no message between its messages")
    void chatter() {
        bench.untilAllAreThere();
        assertEquals("said", call("chatter").getString("text"));
        assertEquals("said", call("chatter").getString("text"));
    }

    @Test
    @DisplayName("gets of our environment only what every program needs, and what the file says")
    void environment() {
        bench.untilAllAreThere();
        assertEquals("rye", call("secret").getString("text"));
        String given = call("environment").getString("text");
        List<String> names = List.of(given.substring(1, given.length() - 1).split(", "));
        List<String> allowed = List.of("HOME", "LANG", "LOGNAME", "PATH", "SECRET", "SHELL", "TERM", "TMPDIR", "USER");
        assertTrue(names.contains("PATH") && allowed.containsAll(names), given);
    }

    @Test
    @DisplayName("that dies in the middle of a call fails that call at once, is missing, and is started again")
    void dies() {
        bench.untilAllAreThere();
        String before = call("pid").getString("text");
        Future<Tool.Result> waiting = bench.begin("never", new JsonObject(), new Cancellation());
        assertEquals("The tool server 'mill' is not available.", bench.failure("die"));
        Throwable cause = Bench.await(waiting.transform(answer -> Future.succeededFuture(answer.cause())));
        assertTrue(cause instanceof ToolServerDown, () -> "the other call fails too: " + cause);
        assertEquals(List.of("mill"), bench.offer(null).missing());
        assertEquals(List.of("mill"), bench.offer(List.of("echo")).missing(), "it had this one");
        assertEquals(List.of(), bench.offer(List.of("current_time")).missing(), "and never that one");
        assertEquals(List.of(), bench.offer(null).tools());
        assertTrue(bench.servers.mayHave("echo"));
        bench.untilAllAreThere();
        assertFalse(before.equals(call("pid").getString("text")));
    }

    @Test
    @DisplayName("may offer more tools later")
    void grows() {
        bench.untilAllAreThere();
        assertEquals("grown", call("grow").getString("text"));
        bench.until(offer -> Bench.names(offer).contains("grown"));
        assertEquals("new", call("grown").getString("text"));
    }

    @Test
    @DisplayName("goes on when a call is cancelled")
    void cancelled() {
        bench.untilAllAreThere();
        Cancellation cancellation = new Cancellation();
        Future<Tool.Result> waiting = bench.begin("never", new JsonObject(), cancellation);
        bench.on(() -> {
            cancellation.cancel();
            return true;
        });
        assertEquals(
                "It was cancelled.",
                Bench.await(waiting.transform(
                        answer -> Future.succeededFuture(answer.cause().getMessage()))));
        assertEquals(
                "after",
                bench.call("echo", new JsonObject().put("text", "after")).getString("text"));
    }

    @Test
    @DisplayName("ends when we stop")
    void stops() throws Exception {
        bench.untilAllAreThere();
        ProcessHandle process =
                ProcessHandle.of(Long.parseLong(call("pid").getString("text"))).orElseThrow();
        bench.close();
        process.onExit().get(60, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("ends when we are killed")
    void killed() throws Exception {
        Address.Program owner = Bench.java(Owner.class, Map.of());
        List<String> command = new ArrayList<>(List.of(owner.command()));
        command.addAll(owner.arguments());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = process.inputReader()) {
            String line = said.readLine();
            while (line != null && !line.startsWith("pid ")) {
                line = said.readLine();
            }
            long child = Long.parseLong(String.valueOf(line).substring(4));
            ProcessHandle server = ProcessHandle.of(child).orElseThrow();
            process.destroyForcibly();
            server.onExit().get(60, TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly();
        }
    }
}
