package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code clients/js} and its own tests, run by Node's test runner; those in {@code test/live} ask a whole server. */
@Timeout(120)
class JavaScriptClientTest {

    private static final Path CLIENT = Project.file("clients/js");

    @TempDir
    Path folder;

    @Test
    void readsWhatAServerStreamsAndComesBackWhenItsLineIsCut() throws Exception {
        try (Server server = Server.start(folder, "--token-pace", "20")) {
            run(
                    Map.of(
                            "MILLRACE_URL",
                            "http://127.0.0.1:" + server.port(),
                            "MILLRACE_TOKEN",
                            server.client("ada").token(),
                            "MILLRACE_QUESTION",
                            Library.WHEEL),
                    node(CLIENT.resolve("test/live")));
        }
    }

    @Test
    void doesWhatNoRealServerCanBeMadeToShow() throws Exception {
        run(Map.of(), node(CLIENT.resolve("test")));
    }

    /** As a program in TypeScript would be compiled that uses all of it. */
    @Test
    void hasTypesThatAProgramCanBeCompiledWith() throws Exception {
        Path nothing = Files.createTempFile(folder, "in", ".txt");
        assertEquals(
                "",
                FrontEnd.run(
                        nothing, "types.mjs", CLIENT.resolve("test/types.mts").toString()));
    }

    /** What npm would publish: what is imported is there, and nothing else is. */
    @Test
    void isAPackageOfItsSourcesAndItsTypesAndNothingElse() throws Exception {
        String npm = OnPath.require("npm").toString();
        String packed = run(Map.of(), List.of(npm, "pack", "--dry-run", "--json", "--offline"));
        List<String> files = new io.vertx.core.json.JsonArray(packed)
                .getJsonObject(0).getJsonArray("files").stream()
                        .map(file -> ((io.vertx.core.json.JsonObject) file).getString("path"))
                        .sorted()
                        .toList();
        try (Stream<Path> sources = Files.walk(CLIENT.resolve("src"))) {
            List<String> expected = Stream.concat(
                            Stream.of("LICENSE", "README.md", "package.json"),
                            sources.filter(Files::isRegularFile)
                                    .map(file -> CLIENT.relativize(file).toString()))
                    .sorted()
                    .toList();
            assertEquals(expected, files);
        }
    }

    /** The files by name: what a folder means to the runner differs from one Node to the next. */
    private static List<String> node(Path tests) throws IOException {
        List<String> command = new ArrayList<>(List.of(OnPath.require("node").toString(), "--test"));
        try (Stream<Path> files = Files.list(tests)) {
            files.filter(file -> file.toString().endsWith(".test.js"))
                    .sorted()
                    .forEach(file -> command.add(file.toString()));
        }
        return command;
    }

    /** @return what it wrote to stdout; when it fails, that is what the test fails with */
    private String run(Map<String, String> environment, List<String> command) throws Exception {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(CLIENT.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(90, TimeUnit.SECONDS);
            String said = Files.readString(out);
            assertEquals(0, ended ? process.exitValue() : -1, said + Files.readString(err));
            return said;
        } finally {
            process.destroyForcibly();
        }
    }
}
