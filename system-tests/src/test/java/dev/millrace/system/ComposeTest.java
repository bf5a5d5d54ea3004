package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** {@code deploy/compose.yaml} and what it needs: fitting each other and the program. */
class ComposeTest {

    private static final List<String> ROLES = List.of("agent", "chat", "audio", "events");

    private static Map<String, Object> compose;

    @TempDir
    Path folder;

    @BeforeAll
    static void read() throws IOException {
        compose = new Yaml().load(Files.readString(Project.file("deploy/compose.yaml")));
    }

    private static Map<String, Object> service(String name) {
        return map(map(compose, "services"), name);
    }

    @SuppressWarnings("unchecked") // YAML's maps have texts for keys
    private static Map<String, Object> map(Map<String, Object> in, String key) {
        return (Map<String, Object>) Objects.requireNonNull(in.get(key), key);
    }

    @SuppressWarnings("unchecked")
    private static List<String> list(Map<String, Object> in, String key) {
        return (List<String>) Objects.requireNonNull(in.get(key), key);
    }

    private static ServeFlags flags(String role) {
        List<String> command =
                List.of(String.valueOf(service(role).get("command")).split(" "));
        Map<String, String> environment = new HashMap<>();
        map(service(role), "environment").forEach((name, value) -> environment.put(name, String.valueOf(value)));
        return ServeFlags.of(command, environment);
    }

    @Test
    void hasAServiceForEachRoleWhichTheProgramUnderstands() {
        for (String role : ROLES) {
            assertEquals(List.of(role), flags(role).value("--roles"));
            List<String> aliases = list(map(map(service(role), "networks"), "default"), "aliases");
            assertEquals(List.of(flags(role).<String>value("--cluster-dns")), aliases);
        }
    }

    @Test
    void killsNobodyWhoIsStillDraining() {
        for (String role : ROLES) {
            String grace = String.valueOf(service(role).get("stop_grace_period"));
            Duration given = Duration.parse("PT" + grace);
            assertTrue(given.compareTo(flags(role).longestStop()) >= 0, role + " has " + grace);
        }
    }

    @Test
    void whatItNamesIsThere() {
        for (String name : map(compose, "services").keySet()) {
            Map<String, Object> each = service(name);
            for (String volume : each.containsKey("volumes") ? list(each, "volumes") : List.<String>of()) {
                String source = volume.split(":")[0];
                assertTrue(
                        source.startsWith(".")
                                ? Files.exists(Project.file("deploy").resolve(source))
                                : map(compose, "volumes").containsKey(source),
                        name + " mounts " + volume);
            }
            if (each.containsKey("depends_on")) {
                map(each, "depends_on")
                        .keySet()
                        .forEach(needed -> assertTrue(
                                service(needed).containsKey("healthcheck"),
                                name + " waits for the health of " + needed));
            }
        }
        Map<String, Object> build = map(service("chat"), "build");
        assertEquals("..", build.get("context"));
        assertTrue(Files.exists(Project.file(String.valueOf(build.get("dockerfile")))));
    }

    @Test
    void itsPoolsAreThoseOfNginxWithItsOwnServicesInThem() throws IOException {
        String own = Files.readString(Project.file("deploy/compose-pools.conf"));
        String ours = Files.readString(Project.file("deploy/nginx-pools.conf"));
        assertEquals(Proxy.found(ours, "upstream (\\w+)"), Proxy.found(own, "upstream (\\w+)"));
        for (String pool : Proxy.found(own, "upstream (\\w+)")) {
            int port = flags(pool).<Integer>value("--port");
            assertTrue(own.contains("server " + pool + ":" + port + " resolve "), pool);
        }
    }

    /** As Docker would run it, with another port. */
    @Test
    void itsHealthCheckTellsAReadyNodeFromOthers() throws Exception {
        List<String> check = list(map(service("chat"), "healthcheck"), "test");
        assertEquals("CMD", check.get(0));
        try (Server node = Server.start(folder)) {
            assertEquals(0, healthOf(node.gateway().managementPort(), check));
            assertNotEquals(0, healthOf(node.port(), check), "it answers, and not with 200");
        }
        assertNotEquals(0, healthOf(Ports.free(), check));
    }

    private int healthOf(int port, List<String> check) throws Exception {
        assertTrue(check.get(3).contains("/127.0.0.1/8090"), check::toString);
        List<String> command = check.subList(1, check.size()).stream()
                .map(word -> word.replace("/8090", "/" + port))
                .toList();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("health.txt").toFile())
                .start()
                .waitFor();
    }

    @Test
    void theImageIsMadeOfWhatTheBuildMakes() throws IOException {
        String dockerfile = Files.readString(Project.file("deploy/Dockerfile"));
        List<String> copied = Proxy.found(dockerfile, "(?m)^COPY --from=build (?:--chmod=\\d+ )?/src/(\\S+)");
        assertEquals(
                new TreeSet<>(Set.of(
                        "app/target/lib", "app/target/millrace.jar", "cluster.xml", "docs", "deploy/entrypoint")),
                new TreeSet<>(copied));
        copied.forEach(path -> assertTrue(Files.exists(Project.file(path)), path));
    }

    /** In a folder as the image has it. */
    @Test
    void theEntrypointStartsAnyCommandOfTheProgram() throws Exception {
        Path program = Files.createDirectories(folder.resolve("opt"));
        Path jar = Files.createSymbolicLink(program.resolve("millrace.jar"), CommandLineProcess.jar());
        Files.copy(Project.file("deploy/entrypoint"), program.resolve("entrypoint"));
        Path said = folder.resolve("said.txt");
        Process entered = new ProcessBuilder("sh", program.resolve("entrypoint").toString(), "version")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertEquals(0, entered.waitFor(), Files.readString(said));
        assertEquals(CommandLineProcess.run(folder, Map.of(), "version").out(), Files.readString(said));
        Files.delete(jar);
    }
}
