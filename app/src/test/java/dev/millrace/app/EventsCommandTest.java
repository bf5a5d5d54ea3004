package dev.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.events.EventsRole;
import dev.millrace.launch.Gateway;
import dev.millrace.launch.Program;
import dev.millrace.launch.Serve;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command against a server, as a person at a terminal uses it. */
@Timeout(60)
class EventsCommandTest {

    @TempDir
    Path folder;

    private Gateway gateway;

    private record Outcome(int code, String out, String err) {}

    @BeforeEach
    void start() throws Exception {
        gateway = Program.await(Serve.start(
                List.of(new EventsRole()), "--port", "0", "--management-port", "0", "--home", folder.toString()));
    }

    @AfterEach
    void stop() throws Exception {
        Program.await(gateway.close());
    }

    private Outcome run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--url", "http://127.0.0.1:" + gateway.port(), "--home", folder.toString()));
        return plain(all.toArray(String[]::new));
    }

    private static Outcome plain(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.command().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int code = Program.run(command, args, Map.of());
        return new Outcome(code, out.toString(), err.toString());
    }

    @Test
    void what_is_published_is_shown() {
        Outcome published = run(
                "events",
                "publish",
                "--type",
                "com.example.placed",
                "--id",
                "o-1",
                "--subject",
                "order/7",
                "--data",
                "{\"sum\":9}");
        assertEquals(0, published.code(), published.err());
        String id = published.out().strip();
        assertEquals(id + "  duplicate", again().out().strip());
        Outcome tail = run("events", "tail", "--from", "earliest", "--count", "1");
        assertEquals(new Outcome(0, id + "  com.example.placed  order/7  {\"sum\":9}\n", ""), tail);
        Outcome json = run(
                "events",
                "tail",
                "--from",
                "earliest",
                "--count",
                "1",
                "--json",
                "--type",
                "com.**",
                "--subject",
                "order/*");
        JsonObject line = new JsonObject(json.out());
        assertEquals(id, line.getString("id"));
        assertEquals("com.example.placed", line.getString("event"));
        assertEquals("o-1", line.getJsonObject("data").getString("id"));
    }

    private Outcome again() {
        return run("events", "publish", "--type", "com.example.placed", "--id", "o-1");
    }

    @Test
    void a_file_may_hold_many_and_one_that_is_refused_is_exit_code_1() throws Exception {
        Path file = Files.writeString(
                folder.resolve("events.json"),
                "[{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/s\",\"type\":\"a.b\"},{\"specversion\":\"1.0\"}]");
        Outcome outcome = run("events", "publish", file.toString());
        assertEquals(1, outcome.code());
        assertTrue(outcome.out().endsWith("\nrefused  bad_event: The CloudEvent's 'id' is missing.\n"), outcome.out());
        Outcome json = run("events", "publish", "--json", file.toString());
        assertEquals(
                "bad_event",
                new JsonObject(json.out().lines().toList().get(1))
                        .getJsonObject("error")
                        .getString("code"));
    }

    @Test
    void consumers_are_listed() {
        assertEquals(1, run("events", "consumers").out().lines().count());
        assertEquals(new Outcome(0, "", ""), run("events", "consumers", "--json"));
    }

    @Test
    void wrong_use_is_2_and_what_the_server_refuses_is_1() {
        assertEquals(2, plain("events").code());
        assertEquals(2, run("events", "publish").code());
        assertEquals(2, run("events", "publish", "--type", "a.b", "--data", "{").code());
        assertEquals(
                2,
                run("events", "publish", folder.resolve("absent.json").toString())
                        .code());
        assertEquals(2, run("events", "tail", "--count", "0").code());
        assertEquals(2, plain("events", "tail", "--url", "ftp://x").code());
        Outcome refused = run("events", "publish", "--type", "nodot");
        assertEquals(1, refused.code());
        assertTrue(refused.err().startsWith("millrace: The CloudEvent's 'type'"), refused.err());
        assertEquals(1, run("events", "tail", "--feed", "NO").code());
    }
}
