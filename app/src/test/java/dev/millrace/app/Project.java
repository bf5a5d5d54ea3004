package dev.millrace.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files of the project, for tests that hold its documents to them. */
final class Project {

    static final Path ROOT = root();
    static final Path DOCS = ROOT.resolve("docs");

    private Project() {}

    /** The folder of the script, from wherever the build runs a test. */
    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.isRegularFile(folder.resolve("millrace"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("the tests run outside of the project");
        }
        return folder;
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String doc(String name) {
        return text(DOCS.resolve(name));
    }

    /** README, CHANGELOG, CONTRIBUTING and all of docs. */
    static List<Path> documents() {
        List<Path> documents = new ArrayList<>(Stream.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md")
                .map(ROOT::resolve)
                .toList());
        documents.addAll(files(DOCS, ".md"));
        return documents;
    }

    /** The sources of the program, not of its tests. */
    static List<Path> sources() {
        return files(ROOT, ".java").stream()
                .filter(file ->
                        ROOT.relativize(file).toString().replace('\\', '/').contains("/src/main/"))
                .toList();
    }

    static List<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first group of every match, each once. */
    static Set<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(Project::group).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String group(MatchResult match) {
        return match.group(1);
    }
}
