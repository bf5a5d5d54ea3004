package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/systemd}: in systemd's own judgement, and fitting the program. */
@Timeout(60)
class SystemdTest {

    private static final List<String> ROLES = List.of("agent", "chat", "audio", "events");

    @TempDir
    Path folder;

    private static String unit() throws IOException {
        return Files.readString(Project.file("deploy/systemd/millrace@.service"));
    }

    @Test
    void systemdFindsNothingWrongWithTheUnit() throws Exception {
        assertEquals("", verify(unit()));
    }

    @Test
    void systemdWouldSayWhatIsWrong() throws Exception {
        assertTrue(verify(unit().replace("TimeoutStopSec=60", "TimeoutStopSec=soon"))
                .contains("time value, ignoring: soon"));
        assertTrue(verify(unit().replace("LimitNOFILE", "LimitNOFILES")).contains("LimitNOFILES"));
    }

    /** What it says of a node for chat, with the Java of these tests, as another may not be there. */
    private String verify(String unit) throws Exception {
        String analyze = OnPath.require("systemd-analyze").toString();
        Path file = folder.resolve("millrace@.service");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Files.writeString(file, unit.replace("ExecStart=/usr/bin/java", "ExecStart=" + java));
        Path said = folder.resolve("said.txt");
        new ProcessBuilder(analyze, "verify", "--man=no", "--recursive-errors=no", folder + "/millrace@chat.service")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start()
                .waitFor();
        return String.join(
                "\n",
                Files.readString(said)
                        .lines()
                        .filter(line -> line.contains("millrace"))
                        .toList());
    }

    @Test
    void everyRoleHasItsFileAndNoTwoShareAPort() throws IOException {
        Set<Object> ports = new HashSet<>();
        for (String role : ROLES) {
            ServeFlags flags = flags(role);
            assertEquals(List.of(role), flags.value("--roles"));
            for (String port : List.of("--port", "--management-port", "--cluster-port")) {
                assertTrue(ports.add(flags.value(port)), role + " has a port of another: " + flags.value(port));
            }
            List<String> members = flags.value("--cluster-members");
            assertTrue(
                    members.contains("127.0.0.1:" + flags.value("--cluster-port")), role + " is known to the others");
        }
    }

    /** The ports of the files for nginx and HAProxy. */
    @Test
    void theRoutesAreWhereTheProxiesLookForThem() throws IOException {
        String nginx = Files.readString(Project.file("deploy/nginx-pools.conf"));
        String haproxy = Files.readString(Project.file("deploy/haproxy.cfg"));
        for (String role : List.of("chat", "audio", "events")) {
            int port = flags(role).<Integer>value("--port");
            assertTrue(nginx.contains("server 127.0.0.1:" + port + " "), role);
            int management = flags(role).<Integer>value("--management-port");
            assertTrue(haproxy.contains("server " + role + "-1 127.0.0.1:" + port + " check port " + management), role);
        }
    }

    @Test
    void killsNobodyWhoIsStillDraining() throws IOException {
        Duration timeout = Duration.ofSeconds(
                Long.parseLong(Proxy.found(unit(), "TimeoutStopSec=(\\d+)").get(0)));
        for (String role : ROLES) {
            assertTrue(timeout.compareTo(flags(role).longestStop()) >= 0, role);
        }
    }

    /** As systemd puts them together for the instance that is named for the role. */
    private static ServeFlags flags(String role) throws IOException {
        Map<String, String> environment = new HashMap<>();
        Proxy.found(unit(), "(?m)^Environment=(.*)$").forEach(line -> add(environment, line.replace(' ', '\n'), role));
        for (String file : Proxy.found(unit(), "(?m)^EnvironmentFile=/etc/millrace/(.*)$")) {
            add(environment, Files.readString(Project.file("deploy/systemd/" + file.replace("%i", role))), role);
        }
        String command =
                Proxy.found(unit(), "(?m)^ExecStart=.*millrace\\.jar (.*)$").get(0);
        return ServeFlags.of(List.of(command.split(" ")), environment);
    }

    private static void add(Map<String, String> environment, String lines, String instance) {
        lines.lines().filter(line -> line.matches("\\w+=.*")).forEach(line -> {
            String[] pair = line.split("=", 2);
            environment.put(pair[0], pair[1].replace("%i", instance));
        });
    }
}
