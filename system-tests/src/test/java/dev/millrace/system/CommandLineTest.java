package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.system.CommandLineProcess.Result;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of the command line, kept by the jar that is shipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CommandLineTest {

    private static final String QUESTION = "How do I resume a stream?";

    private Path folder;

    private CommandLineProcess server;
    private String url;
    private String health;

    @BeforeAll
    void serve(@TempDir Path folder) throws Exception {
        this.folder = folder;
        Path docs = Files.createDirectories(folder.resolve("docs"));
        Files.writeString(
                docs.resolve("resume.md"),
                "# Resume a stream\n\nSend the last id you saw in the header Last-Event-ID to resume a stream.\n\n"
                        + "The server goes on right after that id, so no event comes twice when you resume a stream.\n");
        Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(folder.resolve("keydir/key"));
        Files.writeString(folder.resolve("file"), "");
        key("open", "A".repeat(43), "rw-r--r--");
        key("short", "AAAA", "rw-------");
        key("garbage", "!!!", "rw-------");
        Files.writeString(folder.resolve("unknown.properties"), "prot=1\n");
        Files.writeString(folder.resolve("bad.properties"), "port=abc\n");
        Files.write(folder.resolve("latin1.properties"), new byte[] {'a', '=', (byte) 0xff});
        Files.writeString(folder.resolve("garbage.token"), "garbage\n");
        Files.writeString(folder.resolve("two.token"), "secret-one\nsecret-two\n");
        server = start("home");
        url = address(server);
        health = server.lineThatBegins("health").replaceFirst("^health +", "");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private void key(String home, String line, String mode) throws Exception {
        Path file = Files.createDirectories(folder.resolve(home)).resolve("key");
        Files.writeString(file, line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private CommandLineProcess start(String home, String... more) throws Exception {
        List<String> args = new ArrayList<>(List.of("serve", "--port", "0", "--management-port", "0"));
        args.addAll(List.of(more));
        return CommandLineProcess.start(folder, Map.of("MILLRACE_HOME", home), args.toArray(String[]::new));
    }

    private static String address(CommandLineProcess process) throws Exception {
        return process.lineThatBegins("address").replaceFirst("^address +", "");
    }

    private Result run(String... args) throws Exception {
        return CommandLineProcess.run(folder, Map.of("MILLRACE_HOME", "home"), args);
    }

    private Result ask(String... more) throws Exception {
        List<String> args = new ArrayList<>(List.of("chat", QUESTION, "--url", url));
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    // ---- used wrongly --------------------------------------------------------------------------------------------

    /** How it is used, and what it says. */
    private record Wrong(String args, int exit, String sentence, Map<String, String> environment) {

        static Wrong of(String args, int exit, String sentence) {
            return new Wrong(args, exit, sentence, Map.of());
        }

        @Override
        public String toString() {
            return args + environment;
        }
    }

    Stream<Wrong> wrongs() {
        String serve = "serve --port 0 --management-port 0 ";
        int port = URI.create(url).getPort();
        int management = URI.create(health).getPort();
        return Stream.of(
                Wrong.of("", 2, "Missing required subcommand"),
                Wrong.of(
                        "frobnicate",
                        2,
                        "'frobnicate' is no command; there are serve, chat, run, audio, events, token, version"),
                Wrong.of("serve --frob", 2, "Unknown option: '--frob'"),
                Wrong.of("serve here", 2, "'here' is more than serve takes"),
                Wrong.of("serve --port abc", 2, "Invalid value for option '--port': 'abc' is not an int"),
                Wrong.of("serve --port 99999", 2, "--port is 99999, and must be from 0 to 65535"),
                Wrong.of("serve --management-port -1", 2, "--management-port is -1, and must be from 0 to 65535"),
                Wrong.of("serve --port " + port + " --management-port 0", 2, "choose another port with --port"),
                Wrong.of("serve --port 0 --management-port " + management, 2, "another port with --management-port"),
                Wrong.of(serve + "--host 192.0.2.1", 2, "choose another address with --host"),
                Wrong.of(serve + "--roles chat,singer", 2, "--roles has 'singer', and this program has: chat, audio"),
                Wrong.of(
                        serve + "--docs nowhere",
                        2,
                        "documents folder nowhere does not exist; name another with --docs"),
                Wrong.of(serve + "--docs file", 2, "The documents folder file is not a folder"),
                Wrong.of(serve + "--home open", 2, "open/key is open to other users; run chmod 600 open/key."),
                Wrong.of(serve + "--home short", 2, "short/key holds 3 bytes of key, at least 32 are needed"),
                Wrong.of(serve + "--home garbage", 2, "garbage/key is not one line of base64"),
                Wrong.of(serve + "--home keydir", 2, "keydir/key is a directory"),
                Wrong.of(serve + "--home file", 2, "make file a directory you can write"),
                Wrong.of(serve + "--jwt-key-file nokey", 2, "The key file nokey does not exist"),
                Wrong.of(serve + "--jwt-public-key-file file", 2, "holds no RSA public key"),
                Wrong.of(serve + "--jwks-url nowhere", 2, "'--jwks-url': 'nowhere' is no URL"),
                Wrong.of(
                        serve + "--jwks-url http://127.0.0.1:1/x",
                        2,
                        "http://127.0.0.1:1/x cannot be reached; check --jwks-url"),
                Wrong.of(serve + "--jwt-max-ttl 5", 2, "'--jwt-max-ttl': '5' is no time like 90s"),
                Wrong.of(serve + "--jwt-max-ttl 400d", 2, "--jwt-max-ttl must be between 1 s and 365 days"),
                Wrong.of(serve + "--log-memory 0", 2, "--log-memory is 0 MiB"),
                Wrong.of(serve + "--connection-lifetime 10ms", 2, "--connection-lifetime must be from 1s to 24d"),
                Wrong.of(serve + "--max-runs 0", 2, "--max-runs is 0"),
                Wrong.of("serve --config nofile", 2, "configuration file nofile cannot be read: it does not exist"),
                Wrong.of("serve --config .", 2, "configuration file . cannot be read: Is a directory"),
                Wrong.of("serve --config latin1.properties", 2, "latin1.properties cannot be read: it is not UTF-8"),
                Wrong.of(
                        "serve --config unknown.properties",
                        2,
                        "has the key 'prot', which is none of: bus-ca, bus-cert"),
                Wrong.of(
                        "serve --config bad.properties", 2, "'--port': 'abc' is not an int, in the configuration file"),
                new Wrong(
                        "serve",
                        2,
                        "'abc' is not an int, in MILLRACE_PORT of the environment",
                        Map.of("MILLRACE_PORT", "abc")),
                new Wrong("serve", 2, "configuration file nofile cannot be read", Map.of("MILLRACE_CONFIG", "nofile")),
                Wrong.of(
                        "serve --port 31999 --management-port 31999", 2, "--port and --management-port are both 31999"),
                Wrong.of("token --sub ada", 2, "Missing required option: '--scope=LIST'"),
                Wrong.of(
                        "token --sub ada --scope singing",
                        2,
                        "unknown scope 'singing'; valid are chat, audio, audio:capture, events:read"),
                Wrong.of("token --sub ada --scope ,", 2, "--scope names nothing"),
                Wrong.of("token --sub ada --scope chat --ttl 1y", 2, "'--ttl': '1y' is no time like 90s"),
                Wrong.of("token --sub ada --scope chat --ttl 2d", 2, "at most 86400 s"),
                Wrong.of("chat", 2, "Missing required parameter: 'QUESTION'"),
                Wrong.of("chat hello --url nowhere", 2, "'--url': 'nowhere' is no URL like http://127.0.0.1:8080"),
                Wrong.of("chat hello --url http://127.0.0.1:1", 1, "cannot reach http://127.0.0.1:1"),
                Wrong.of("chat hello --token-file nofile --url " + url, 2, "the token file nofile cannot be read"),
                Wrong.of(
                        "chat hello --token-file two.token --url " + url,
                        2,
                        "two.token must hold one token and nothing else"),
                Wrong.of("chat hello --token-file garbage.token --url " + url, 1, "The token is not a JWT"),
                Wrong.of(
                        "chat hello --session ses_x --url " + url, 1, "There is no such session, or it is not yours."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongs")
    void wrongUseIsToldInOneSentenceThatNamesTheThing(Wrong wrong) throws Exception {
        Map<String, String> environment = new java.util.HashMap<>(Map.of("MILLRACE_HOME", "home"));
        environment.putAll(wrong.environment);
        String[] args = wrong.args.isEmpty() ? new String[0] : wrong.args.split(" ");
        Result result = CommandLineProcess.run(folder, environment, args);
        String all = result.toString();
        assertEquals(wrong.exit, result.exit(), all);
        assertEquals("", result.out(), all);
        List<String> lines = result.err().lines().toList();
        assertTrue(lines.get(0).startsWith("millrace: "), all);
        assertTrue(lines.get(0).contains(wrong.sentence), all);
        assertTrue(lines.size() == 1 || lines.size() == 2 && lines.get(1).matches("Try 'millrace.* --help'."), all);
        assertFalse(all.contains("Exception") || all.contains("secret-"), all);
    }

    // ---- used rightly --------------------------------------------------------------------------------------------

    @Test
    void versionIsALine() throws Exception {
        assertEquals(new Result(0, "0.1.0\n", ""), run("version"));
    }

    @Test
    void helpFitsATerminalAndGoesToStdout() throws Exception {
        for (String[] args : new String[][] {{"--help"}, {"serve", "--help"}, {"chat", "-h"}, {"token", "-h"}}) {
            Result result = run(args);
            assertEquals(0, result.exit());
            assertEquals("", result.err());
            assertTrue(result.out().startsWith("millrace"), result.out());
            assertEquals(
                    List.of(),
                    result.out().lines().filter(line -> line.length() > 96).toList());
        }
    }

    @Test
    void aTokenStandsAloneOnStdoutAndOpensTheServer() throws Exception {
        Result token = run("token", "--sub", "ada", "--scope", "chat,events:read", "--ttl", "1h");
        assertEquals(0, token.exit(), token.err());
        assertEquals("", token.err());
        assertTrue(token.out().matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\n"), token.out());
        Path file = Files.writeString(folder.resolve("ada.token"), token.out());
        assertEquals(0, ask("--token-file", file.toString()).exit());
    }

    @Test
    void healthIsOnTheManagementPort() throws Exception {
        assertEquals("{\"status\":\"UP\"}", fetch(health));
        assertEquals("{\"status\":\"UP\"}", fetch(health.replace("ready", "live")));
    }

    @Test
    void chatShowsStatusTextNumberedSourcesAndHowItEnded() throws Exception {
        Result result = ask();
        assertEquals(0, result.exit(), result.err());
        assertEquals("", result.err());
        List<String> lines = result.out().lines().toList();
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("· ")), result.out());
        assertTrue(result.out().contains("Last-Event-ID"), result.out());
        assertTrue(lines.stream().anyMatch(line -> line.matches("\\[1] .*resume\\.md.*")), result.out());
        assertTrue(result.out().contains("completed in "), result.out());
        assertTrue(
                result.out().matches("(?s).*completed in \\d+ ms, first token after \\d+ ms, \\d+ characters\n.*"),
                result.out());
    }

    @Test
    void chatGoesOnWithASession() throws Exception {
        String session = started(events(ask("--json"))).getString("session");
        assertEquals(
                session, started(events(ask("--json", "--session", session))).getString("session"));
    }

    @Test
    void jsonIsALineForEachEventAndNothingElse() throws Exception {
        Result result = ask("--json");
        assertEquals(0, result.exit(), result.err());
        List<JsonObject> events = events(result);
        assertEquals("started", started(events).getString("step"));
        JsonObject last = events.get(events.size() - 1);
        assertEquals("done", last.getString("event"));
        assertEquals("completed", last.getJsonObject("data").getString("status"));
        assertEquals(text(events).length(), last.getJsonObject("data").getInteger("text_length"));
    }

    @Test
    void flagsWinOverTheEnvironmentAndThatOverTheFile() throws Exception {
        Files.writeString(folder.resolve("roles.properties"), "roles=chat\ntoken-pace=0\n");
        Map<String, String> home = Map.of("MILLRACE_HOME", "home");
        Map<String, String> both = Map.of("MILLRACE_HOME", "home", "MILLRACE_ROLES", "events");
        String[] file = {"serve", "--port", "0", "--management-port", "0", "--config", "roles.properties"};
        String[] flags =
                Stream.concat(Stream.of(file), Stream.of("--roles", "audio")).toArray(String[]::new);
        assertEquals("chat", roles(home, file));
        assertEquals("events", roles(both, file));
        assertEquals("audio", roles(both, flags));
    }

    private String roles(Map<String, String> environment, String... args) throws Exception {
        try (CommandLineProcess process = CommandLineProcess.start(folder, environment, args)) {
            return process.lineThatBegins("roles").replaceFirst("^roles +", "");
        }
    }

    @Test
    void twoServersWithTheirOwnHomesRunSideBySide() throws Exception {
        try (CommandLineProcess other = start("otherhome", "--token-pace", "0")) {
            String theirs = address(other);
            Result refused = run("chat", QUESTION, "--url", theirs);
            assertEquals(1, refused.exit());
            assertTrue(refused.err().contains("The token's signature does not match."), refused.err());
            Result mine = CommandLineProcess.run(
                    folder, Map.of("MILLRACE_HOME", "otherhome"), "chat", QUESTION, "--url", theirs);
            assertEquals(0, mine.exit(), mine.err());
            assertEquals(0, ask().exit());
        }
    }

    @Test
    void sigtermGivesEachRunALastWordAndEndsTheProcess() throws Exception {
        try (CommandLineProcess slow = start("home", "--token-pace", "60000", "--drain-grace", "1s")) {
            try (CommandLineProcess chat = CommandLineProcess.start(
                    folder, Map.of("MILLRACE_HOME", "home"), "chat", "--json", QUESTION, "--url", address(slow))) {
                chat.lineThatBegins("{\"id\""); // the run goes on from here, a token a minute
                Result stopped = slow.terminate().result();
                assertEquals(0, stopped.exit(), stopped.err());
                assertFalse(stopped.err().contains("without an orderly end"), stopped.err());
                assertFalse(stopped.err().contains("Exception"), stopped.err());
                Result asked = chat.result();
                assertEquals(1, asked.exit(), asked.err());
                List<JsonObject> events = events(asked);
                JsonObject error = events.get(events.size() - 2);
                assertEquals("error", error.getString("event"), events.toString());
                assertEquals("agent_stopped", error.getJsonObject("data").getString("code"));
                JsonObject done = events.get(events.size() - 1);
                assertEquals("failed", done.getJsonObject("data").getString("status"), events.toString());
            }
        }
    }

    @Test
    void aSecondSigtermEndsTheProcessAtOnce() throws Exception {
        try (CommandLineProcess slow = start("home", "--drain-delay", "1h")) {
            String ready = slow.lineThatBegins("health").replaceFirst("^health +", "");
            slow.terminate();
            Server.eventually("that it is not ready", () -> status(ready) == 503);
            Result stopped = slow.terminate().result();
            assertEquals(143, stopped.exit(), stopped.err());
        }
    }

    private static int status(String address) {
        try {
            return ((HttpURLConnection) URI.create(address).toURL().openConnection()).getResponseCode();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void chatSurvivesACutConnectionAndShowsTheWholeTextOnce() throws Exception {
        String whole = text(events(ask("--json")));
        try (CuttingProxy proxy = new CuttingProxy(URI.create(url).getPort())) {
            Result json = run("chat", "--json", QUESTION, "--url", "http://127.0.0.1:" + proxy.port());
            assertEquals(0, json.exit(), json.err());
            assertEquals(whole, text(events(json)));
            assertTrue(proxy.connections() > 1, "the connection was never cut");
        }
        try (CuttingProxy proxy = new CuttingProxy(URI.create(url).getPort())) {
            Result screen = run("chat", QUESTION, "--url", "http://127.0.0.1:" + proxy.port());
            assertEquals(0, screen.exit(), screen.err());
            assertTrue(screen.out().contains("! the connection broke; going on after "), screen.out());
            String shown = screen.out().replaceAll("(?m)^(!|·) .*\n", "").replaceAll("\\s+", "");
            assertTrue(shown.contains(whole.replaceAll("\\s+", "")), screen.out());
        }
    }

    // ---- what it said --------------------------------------------------------------------------------------------

    private static List<JsonObject> events(Result result) {
        return result.out().lines().map(JsonObject::new).toList();
    }

    private static JsonObject started(List<JsonObject> events) {
        return events.get(0).getJsonObject("data");
    }

    /** The tokens put together; a token that does not begin where the last one ended is an error. */
    private static String text(List<JsonObject> events) {
        StringBuilder text = new StringBuilder();
        for (JsonObject event : events) {
            if (event.getString("event").equals("token")) {
                JsonObject token = event.getJsonObject("data");
                assertEquals(text.length(), token.getInteger("at"), events.toString());
                text.append(token.getString("text"));
            }
        }
        assertFalse(text.isEmpty());
        return text.toString();
    }

    private static String fetch(String address) throws Exception {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(address).toURL().openConnection();
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
