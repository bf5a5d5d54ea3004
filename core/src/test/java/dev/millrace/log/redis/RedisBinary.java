package dev.millrace.log.redis;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/** A redis-server that runs here. */
record RedisBinary(Path path, String version) {

    private static final @Nullable RedisBinary ON_PATH = onPath();
    private static final @Nullable RedisBinary IN_JAR = inJar();

    static @Nullable RedisBinary newest() {
        return ON_PATH != null ? ON_PATH : IN_JAR;
    }

    /** The 6.2 of embedded-redis: forgives what 7.0 does not, and knows less. */
    static @Nullable RedisBinary oldest() {
        return IN_JAR;
    }

    private static @Nullable RedisBinary onPath() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(RedisBinary::of)
                .orElse(null);
    }

    private static @Nullable RedisBinary inJar() {
        try {
            File unpacked = ExecutableProvider.newJarResourceProvider().get();
            unpacked.getParentFile().deleteOnExit(); // deleted after what is in it, for the order is the reverse
            unpacked.deleteOnExit();
            return of(unpacked.toPath());
        } catch (IOException | RuntimeException e) {
            return null; // none for this machine
        }
    }

    private static @Nullable RedisBinary of(Path path) {
        try {
            Process asked = new ProcessBuilder(path.toString(), "--version").start();
            String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int from = said.indexOf("v=");
            return asked.waitFor() == 0 && from >= 0
                    ? new RedisBinary(path, said.substring(from + 2, said.indexOf(' ', from)))
                    : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
