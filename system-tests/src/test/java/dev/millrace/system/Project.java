package dev.millrace.system;

import java.nio.file.Files;
import java.nio.file.Path;

/** The files of this repository, whichever module's folder the tests run in. */
final class Project {

    private Project() {}

    static Path file(String path) {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("cluster.xml"))) {
                return folder.resolve(path);
            }
        }
        throw new AssertionError("no repository above " + Path.of("").toAbsolutePath());
    }
}
