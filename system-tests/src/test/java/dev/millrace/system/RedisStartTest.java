package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that shares its log says where that is, or in one sentence why it cannot start. */
@Timeout(60)
class RedisStartTest {

    private static final String SECRET = "open-sesame-41";

    @TempDir
    Path folder;

    @Test
    void whereTheLogIsStandsInTheAnnouncement() throws Exception {
        try (Redis redis = Redis.start(folder, "--requirepass", SECRET);
                CommandLineProcess process =
                        start("--redis", redis.url(), "--redis-password-file", file("right", SECRET + "\n"))) {
            String data = process.lineThatBegins("data");
            assertTrue(data.endsWith("(the signing key; the log is in Redis at 127.0.0.1:" + redis.port() + ")"), data);
            CommandLineProcess.Result ended = process.terminate().result();
            assertFalse((ended.out() + ended.err()).contains(SECRET));
        }
    }

    @Test
    void aRedisThatIsNotThereIsAFailure() throws Exception {
        int port = Ports.free();
        assertRefused(1, "the log cannot be opened in Redis at 127.0.0.1:" + port + ": ", "--redis", url(port));
    }

    @Test
    void aWrongPasswordIsAFailureAndIsNotRepeated() throws Exception {
        try (Redis redis = Redis.start(folder, "--requirepass", "another")) {
            String sentence = "the log cannot be opened in Redis at 127.0.0.1:" + redis.port() + ": ";
            assertRefused(1, sentence, "--redis", redis.url(), "--redis-password-file", file("wrong", SECRET));
            assertRefused(1, sentence, "--redis", redis.url());
        }
    }

    @Test
    void whatIsAskedForWronglyIsRefusedBeforeAnythingStarts() throws Exception {
        String redis = url(Ports.free());
        String cluster =
                Files.writeString(folder.resolve("broken.xml"), "<hazelcast").toString();
        String absent = folder.resolve("absent").toString();
        assertRefused(2, "--cluster needs --redis", "--cluster", cluster);
        assertRefused(2, "the cluster file " + absent + " does not exist", "--redis", redis, "--cluster", absent);
        assertRefused(
                2,
                "the cluster file " + cluster + " is not a Hazelcast configuration: ",
                "--redis",
                redis,
                "--cluster",
                cluster);
        assertRefused(
                2,
                "--cluster-port is 70000, and must be from 1 to 65535",
                "--redis",
                redis,
                "--cluster",
                cluster,
                "--cluster-port",
                "70000");
        assertRefused(2, "--redis-password-file is for a Redis", "--redis-password-file", file("right", SECRET));
        assertRefused(
                2,
                "the Redis password file " + absent + " cannot be read",
                "--redis",
                redis,
                "--redis-password-file",
                absent);
        assertRefused(2, "a Redis URL must look like redis://host:6379", "--redis", "localhost");
        assertRefused(
                2,
                "the password for Redis belongs in a file, not in its URL",
                "--redis",
                "redis://me:" + SECRET + "@127.0.0.1");
    }

    private void assertRefused(int exit, String sentence, String... flags) throws Exception {
        try (CommandLineProcess process = start(flags)) {
            CommandLineProcess.Result result = process.result();
            assertEquals(exit, result.exit(), result::toString);
            assertEquals("", result.out());
            assertTrue(result.err().startsWith("millrace: " + sentence), result::err);
            assertEquals(1, result.err().lines().count(), result::err);
            assertFalse(result.err().contains("Exception"), result::err);
            assertFalse(result.err().contains(SECRET), result::err);
        }
    }

    private CommandLineProcess start(String... flags) throws Exception {
        List<String> args = new ArrayList<>(
                List.of("serve", "--roles", "events", "--port", "0", "--management-port", "0", "--home", "home"));
        args.addAll(List.of(flags));
        return CommandLineProcess.start(folder, Map.of(), args.toArray(String[]::new));
    }

    private static String url(int port) {
        return "redis://127.0.0.1:" + port;
    }

    private String file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text).toString();
    }
}
