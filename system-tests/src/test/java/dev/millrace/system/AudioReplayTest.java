package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.capture.Captured;
import dev.millrace.audio.capture.Captured.Direction;
import dev.millrace.audio.capture.Captured.Kind;
import dev.millrace.system.CommandLineProcess.Result;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A conversation with an interruption is captured, and replayed against the same build. */
@Timeout(240)
class AudioReplayTest {

    @TempDir
    Path folder;

    private Result run(String... args) throws Exception {
        return CommandLineProcess.run(folder, Map.of("MILLRACE_HOME", "home"), args);
    }

    private static String example(String name) {
        return Project.file("examples/" + name + ".wav").toString();
    }

    @Test
    void aReplayOfTheSameBuildDecidesTheSameAndOneOfOtherSoundDoesNot() throws Exception {
        Files.createDirectories(folder.resolve("home"));
        String docs = Project.file("docs").toString();
        try (CommandLineProcess server = CommandLineProcess.start(
                folder,
                Map.of("MILLRACE_HOME", "home"),
                "serve",
                "--port=0",
                "--management-port=0",
                "--docs=" + docs,
                "--capture-dir=captures",
                "--stt-deadline=60s")) {
            String url = server.lineThatBegins("address").replaceFirst("^address +", "");
            Result asked = run(
                    "audio",
                    "ask",
                    example("what-is-a-gap"),
                    "--barge-in",
                    "1.5s",
                    example("please-stop-talking-now"),
                    "--capture",
                    "--url",
                    url);
            assertEquals(0, asked.exit(), asked::toString);
            Path capture = capture();

            Result here = run("audio", "replay", capture.toString(), "--speed=max", "--diff", "--docs=" + docs);
            assertEquals(0, here.exit(), here::toString);
            assertTrue(here.out().matches("\\d+ decisions recorded, \\d+ replayed: the same\n"), here.out());

            Result otherwise =
                    run("audio", "replay", silenced(capture).toString(), "--speed=max", "--diff", "--url=" + url);
            assertEquals(1, otherwise.exit(), otherwise::toString);
            assertTrue(
                    otherwise.out().contains("- turn 2 is understood as \"please stop talking now\""),
                    otherwise::toString);
            assertTrue(otherwise.out().contains("they differ"), otherwise::toString);
        }
    }

    private Path capture() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("captures"))) {
            return files.findFirst().orElseThrow();
        }
    }

    /** The same session, in which the second person never spoke: what came up after the first answer began is silence. */
    private Path silenced(Path capture) throws Exception {
        byte[] bytes = Files.readAllBytes(capture);
        Captured captured = Captured.read(Buffer.buffer(bytes));
        List<Captured.Passed> passed = captured.passed();
        long spoken = passed.stream()
                .filter(each ->
                        each.kind() == Kind.TEXT && each.bytes().toString().contains("\"speech.begin\""))
                .findFirst()
                .orElseThrow()
                .seq();
        List<Long> silent = new ArrayList<>();
        passed.stream()
                .filter(each -> each.direction() == Direction.UP && each.kind() == Kind.BINARY && each.seq() > spoken)
                .forEach(each -> silent.add(each.seq()));
        int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
        for (Captured.Passed each : passed) {
            int begin = at + 18;
            if (silent.contains(each.seq())) {
                java.util.Arrays.fill(bytes, begin + 16, begin + each.bytes().length(), (byte) 0);
            }
            at = begin + each.bytes().length();
        }
        return Files.write(folder.resolve("silenced.capture"), bytes);
    }
}
