package dev.millrace.system;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of the machine that tests run. */
final class OnPath {

    private OnPath() {}

    static Optional<Path> find(String program) {
        // Debian keeps servers where only root's PATH looks.
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Skips the test where the program is not installed; in CI, where nobody reads of what is skipped, fails it. */
    static Path require(String program) {
        Optional<Path> found = find(program);
        if (found.isEmpty() && System.getenv("CI") != null) {
            throw new AssertionError(program + " is not installed, and CI is set: './millrace test' installs it as root"
                    + " where there is apt-get; bring it, or unset CI to skip what needs it");
        }
        Assumptions.assumeTrue(found.isPresent(), program + " is not installed");
        return found.orElseThrow();
    }
}
