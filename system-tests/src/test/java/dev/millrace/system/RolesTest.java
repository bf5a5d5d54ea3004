package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.agent.AgentRole;
import dev.millrace.audio.AudioRole;
import dev.millrace.chat.ChatRole;
import dev.millrace.events.EventsRole;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RolesTest {

    @TempDir
    Path folder;

    static final JsonObject EVENT = new JsonObject()
            .put("specversion", "1.0")
            .put("id", "1")
            .put("source", "/tests")
            .put("type", "com.example.seen.v1");

    @Test
    void oneProcessServesTheThreeRoutesOnOnePort() throws Exception {
        try (Server server = Server.start(folder)) {
            SseClient ada = server.client("ada");
            assertEquals("completed", ada.ask(Library.SLUICE).done().getString("status"));
            assertEquals(426, ada.get("/api/audio").status());
            assertEquals(
                    202,
                    ada.post("/api/events", "application/cloudevents+json", EVENT)
                            .status());
        }
    }

    @Test
    void chatAloneHasNobodyToAsk() throws Exception {
        try (Server server = Server.start(List.of(new ChatRole()), folder)) {
            SseClient ada = server.client("ada");
            SseStream refused = ada.ask(Library.SLUICE);
            assertEquals(503, refused.status());
            assertEquals("application/problem+json", refused.header("Content-Type"));
            assertNotNull(refused.header("Retry-After"));
            assertEquals("no_agent", refused.problem().getString("code"));
            assertEquals(
                    new JsonObject("{\"sessions\":[],\"next\":null}"),
                    ada.get("/api/chat/sessions").json());
            assertEquals(404, ada.get("/api/events").status());
            assertEquals(404, ada.get("/api/audio").status());
            assertEquals(0, server.log().streams());
        }
    }

    @Test
    void eventsAloneServesFeeds() throws Exception {
        try (Server server = Server.start(List.of(new EventsRole()), folder)) {
            SseClient ada = server.client("ada");
            assertEquals(
                    202,
                    ada.post("/api/events", "application/cloudevents+json", EVENT)
                            .status());
            SseStream feed = ada.watch("/api/events?from=earliest").awaitEvents(1);
            assertEquals(EVENT.encode(), feed.events().get(0).data());
            assertEquals(404, ada.ask(Library.SLUICE).status());
        }
    }

    @Test
    void audioAndAgentAloneServeTheirOwn() throws Exception {
        try (Server audio = Server.start(List.of(new AudioRole()), folder.resolve("audio"));
                Server agent = Server.start(
                        List.of(new AgentRole()),
                        folder.resolve("agent"),
                        "--docs",
                        Library.writeTo(folder.resolve("docs")).toString())) {
            assertEquals(426, audio.client("ada").get("/api/audio").status());
            assertEquals(404, audio.client("ada").ask(Library.SLUICE).status());
            assertEquals(404, agent.client("ada").ask(Library.SLUICE).status());
        }
    }

    /** As {@code java -cp … ChatMain}: each is up, says so, and goes when told to. */
    @Test
    void eachMainIsAProgramOfItsOwn() throws Exception {
        Path docs = Library.writeTo(folder.resolve("docs"));
        Map<String, List<String>> mains = new TreeMap<>(Map.of(
                "dev.millrace.chat.ChatMain", List.of(),
                "dev.millrace.audio.AudioMain", List.of(),
                "dev.millrace.events.EventsMain", List.of(),
                "dev.millrace.agent.AgentMain", List.of("--docs", docs.toString())));
        List<Process> started = new ArrayList<>();
        try {
            for (Map.Entry<String, List<String>> main : mains.entrySet()) {
                started.add(start(main.getKey(), main.getValue()));
            }
            for (Process each : started) {
                BufferedReader out = each.inputReader();
                String first = out.readLine();
                assertTrue(first.matches("Millrace \\S+ is ready\\."), first);
                String health = "";
                while (!health.contains("health")) {
                    health = out.readLine();
                }
                java.net.URI uri = java.net.URI.create(health.substring(health.indexOf("http")));
                assertEquals(
                        "{\"status\":\"UP\"}",
                        new String(uri.toURL().openStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
                each.destroy();
                assertEquals(0, each.waitFor());
            }
        } finally {
            started.forEach(Process::destroyForcibly);
        }
    }

    private Process start(String main, List<String> flags) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main,
                "--port",
                "0",
                "--management-port",
                "0",
                "--home",
                folder.resolve(main).toString()));
        command.addAll(flags);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
