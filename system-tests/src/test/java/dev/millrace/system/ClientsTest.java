package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs of {@code docs/clients.md}, as they stand there; the line of each is cut in the middle of the answer. */
@Timeout(120)
final class ClientsTest {

    private static final Pattern TOKEN = Pattern.compile("(?m)^event: token\ndata: (.*)$");

    @TempDir
    static Path folder;

    private static Server server;
    private static String whole;

    @BeforeAll
    static void start() throws Exception {
        server = Server.start(folder);
        Files.writeString(
                folder.resolve("docs/resume.md"),
                "# Resume a stream\n\nSend the last id you saw in the header Last-Event-ID to resume a stream. It is that easy: "
                        + "“é” 🙂.\n");
        Server.eventually("that it has read the document", () -> text().contains("🙂"));
        whole = text();
    }

    private static String text() {
        return server.client("ada").ask("How do I resume a stream?").awaitEnd().text();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    /** The program in the document under a heading that has these words. */
    private static String program(String heading) throws IOException {
        String document = Files.readString(Project.file("docs/clients.md"));
        Matcher block = Pattern.compile("## [^\n]*" + heading + "[^\n]*\n.*?```\\w+\n(.*?)```", Pattern.DOTALL)
                .matcher(document);
        assertTrue(block.find(), heading);
        return block.group(1);
    }

    private record Run(String out, int connections) {}

    private static Run run(String file, String text, String... program) throws Exception {
        Path script = Files.writeString(folder.resolve(file), text);
        List<String> command = new java.util.ArrayList<>(List.of(program));
        command.add(script.toString());
        try (CuttingProxy proxy = new CuttingProxy(server.port())) {
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
            Path errors = folder.resolve(file + ".errors");
            builder.redirectError(errors.toFile());
            builder.environment().put("MILLRACE_URL", "http://127.0.0.1:" + proxy.port());
            builder.environment().put("TOKEN", server.token("default", "ada", Duration.ofHours(1)));
            builder.environment().put("PYTHONIOENCODING", "UTF-8");
            Process process = builder.start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), () -> out + errors(errors));
            return new Run(out, proxy.connections());
        }
    }

    private static String errors(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void assertCutAndWhole(Run run, String text) {
        assertEquals(whole, text, run.out);
        assertTrue(run.connections > 1, "it was cut");
    }

    @Test
    void curlAsksAndComesBackUntilTheAnswerIsWhole() throws Exception {
        OnPath.require("curl");
        Run run = run("ask.sh", program("curl"), "sh");
        String text = TOKEN.matcher(run.out)
                .results()
                .map(each -> new JsonObject(each.group(1)).getString("text"))
                .collect(Collectors.joining());
        assertCutAndWhole(run, text);
    }

    @Test
    void pythonAsksAndComesBackUntilTheAnswerIsWhole() throws Exception {
        Run run = run("ask.py", program("Python"), python());
        assertCutAndWhole(run, run.out.replaceFirst("\ncompleted\n$", ""));
    }

    /** One that has httpx; where there is none the test is skipped, and in CI it fails. */
    private static String python() throws Exception {
        for (String each : List.of("/usr/bin/python3", "python3")) {
            try {
                if (new ProcessBuilder(each, "-c", "import httpx").start().waitFor() == 0) {
                    return each;
                }
            } catch (IOException e) {
                // there is no such Python
            }
        }
        assertTrue(System.getenv("CI") == null, "no python3 with httpx; './millrace test' installs it as root");
        Assumptions.abort("there is no python3 with httpx");
        throw new AssertionError("unreachable");
    }

    @Test
    void javaAsksAndComesBackUntilTheAnswerIsWhole() throws Exception {
        Run run = run(
                "Ask.java",
                program("Java"),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8");
        String text = run.out
                .lines()
                .filter(line -> line.startsWith("token "))
                .map(line -> new JsonObject(line.substring(6)).getString("text"))
                .collect(Collectors.joining());
        assertCutAndWhole(run, text);
    }

    @Test
    void aBrowserReadsAFeedWithItsOwnEventSource() throws Exception {
        SseClient shop = server.client("shop");
        try (Browser browser = Browser.start()) {
            Page page = browser.profile().newPage();
            page.navigate("http://127.0.0.1:" + server.port() + "/");
            String token = server.token("default", "ada", Duration.ofHours(1));
            page.evaluate("() => { const token = '" + token + "';\n" + program("browser")
                    + "\nwindow.seen = []; open('feed=orders&from=earliest', each => window.seen.push(each.id)); }");
            for (int i = 1; i <= 3; i++) {
                JsonObject event = new JsonObject()
                        .put("specversion", "1.0")
                        .put("id", "o-" + i)
                        .put("source", "/shop")
                        .put("type", "com.example.order.placed.v1");
                shop.post("/api/events?feed=orders", "application/cloudevents+json", event);
            }
            page.waitForFunction("() => window.seen.length === 3");
            assertEquals(List.of("o-1", "o-2", "o-3"), page.evaluate("() => window.seen"));
        }
    }
}
