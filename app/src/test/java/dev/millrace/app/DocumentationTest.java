package dev.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What the documents say is what the program has. */
class DocumentationTest {

    private static final Pattern FLAG = Pattern.compile("(?<![\\w-])(--[a-z][a-z-]+)");
    private static final Pattern VARIABLE = Pattern.compile("\\b((?:MILLRACE_|JAVA_)[A-Z_]+)\\b");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
    private static final Pattern ARTIFACT = Pattern.compile(
            "<dependency>\\s*<groupId>(?!dev\\.millrace)[^<]+</groupId>\\s*<artifactId>([^<]+)</artifactId>");

    /** Every way in which a code gets from the sources to a client. */
    private static final Pattern CODE = Pattern.compile(
            "(?:new (?:\\w+\\.)?(?:Problem|Refusal|(?:Model|Speech)?Failure|Warning|Caution|Unauthorized)\\(\\s*(?:\\w+,\\s*)?"
                    + "|badRequest\\(\\s*|caution\\(\\s*|refusal\\(\\s*|failed\\(\\s*"
                    + "|(?:harmless|fatal)\\(\\s*|(?:closing|refuse|end|new Ending)\\((?:\\s*\\w+,)?\\s*CloseCode\\.\\w+,\\s*|put\\(\\s*\"code\",\\s*)\"([a-z_]+)\"");

    private static final Pattern PROXY_CODE = Pattern.compile("\"code\":\"([a-z_]+)\"");

    /** Of other programs. */
    private static final Set<String> FOREIGN_FLAGS = Set.of("--build", "--scale", "--from-literal");

    private static final Pattern DOCUMENTED_CODE = Pattern.compile("(?m)^- `([a-z_]+)`");

    @Test
    void everyFlagOfEveryCommandIsDocumentedWithItsVariableAndItsDefault() {
        List<String> wrong = new ArrayList<>();
        commands().forEach(command -> {
            String section = section(Project.doc("configuration.md"), "Flags of " + command.getCommandName());
            options(command).forEach(option -> {
                String name = option.longestName();
                String row = row(section, name);
                if (!row.contains("`" + variable(name) + "`") || !row.contains(shown(option))) {
                    wrong.add(command.getCommandName() + " " + name + " should have `" + variable(name) + "` and "
                            + shown(option) + ", and has: " + row);
                }
            });
        });
        assertEquals(List.of(), wrong);
    }

    @Test
    void everyFlagInTheDocumentsIsOneOfTheProgram() {
        Set<String> known = allCommands()
                .flatMap(command -> command.getCommandSpec().options().stream())
                .map(OptionSpec::longestName)
                .collect(Collectors.toSet());
        known.addAll(FOREIGN_FLAGS);
        assertEquals(Set.of(), unknown(FLAG, known));
    }

    @Test
    void everyEnvironmentVariableInTheDocumentsIsReadByTheProgramOrItsScript() {
        Set<String> known = Project.all(VARIABLE, Project.text(Project.ROOT.resolve("millrace")));
        allCommands()
                .flatMap(command -> options(command).stream())
                .map(option -> variable(option.longestName()))
                .forEach(known::add);
        assertEquals(Set.of(), unknown(VARIABLE, known));
    }

    @Test
    void everyCodeThatAClientCanGetIsExplained() {
        Set<String> missing = codes();
        assertTrue(missing.size() > 40, "the pattern finds the codes: " + missing);
        missing.removeAll(Project.all(DOCUMENTED_CODE, Project.doc("errors.md")));
        assertEquals(Set.of(), missing);
    }

    @Test
    void everyCodeThatIsExplainedCanBeGot() {
        Set<String> invented = Project.all(DOCUMENTED_CODE, Project.doc("errors.md"));
        invented.removeAll(codes());
        invented.removeAll(Set.of("gap", "reset")); // a refused notice has its own type as its code
        assertEquals(Set.of(), invented);
    }

    @Test
    void everyRelativeLinkLeadsToAFileAndAHeadingInIt() {
        List<String> broken = new ArrayList<>();
        for (Path document : Project.documents()) {
            for (String link : Project.all(LINK, Project.text(document))) {
                if (!link.contains("://") && !leadsSomewhere(document, link)) {
                    broken.add(Project.ROOT.relativize(document) + ": " + link);
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void everyDocumentIsLinkedFromTheReadme() {
        String readme = Project.text(Project.ROOT.resolve("README.md"));
        List<String> unlinked = Project.files(Project.DOCS, ".md").stream()
                .map(file -> Project.ROOT.relativize(file).toString().replace('\\', '/'))
                .filter(file -> !file.startsWith("docs/decisions/") && !readme.contains("(" + file + ")"))
                .toList();
        assertEquals(List.of(), unlinked);
    }

    @Test
    void everyDecisionHasANumberOfItsOwnAndNoneIsLeftOut() {
        List<String> numbers = new ArrayList<>();
        List<String> due = new ArrayList<>();
        for (Path decision : Project.files(Project.DOCS.resolve("decisions"), ".md")) {
            String number = Project.text(decision).substring(2, 6);
            assertTrue(decision.getFileName().toString().startsWith(number + "-"), decision::toString);
            numbers.add(number);
            due.add(String.format(Locale.ROOT, "%04d", due.size() + 1));
        }
        assertEquals(due, numbers.stream().sorted().toList());
    }

    @Test
    void everyDirectDependencyHasItsReason() {
        Set<String> missing = new TreeSet<>();
        Project.files(Project.ROOT, "pom.xml").forEach(pom -> missing.addAll(Project.all(ARTIFACT, Project.text(pom))));
        missing.removeIf(artifact -> artifact.equals("vertx-stack-depchain") || artifact.equals("junit-bom"));
        missing.removeIf(artifact -> Project.doc("dependencies.md").contains("**" + artifact + "**"));
        assertEquals(Set.of(), missing);
    }

    @Test
    void theReadmeShowsHowToServeBeforeHowToTest() {
        String readme = Project.text(Project.ROOT.resolve("README.md"));
        int serve = readme.indexOf("./millrace serve");
        int test = readme.indexOf("./millrace test");
        assertTrue(serve >= 0 && serve < test, "serve at " + serve + ", test at " + test);
    }

    private static List<CommandLine> commands() {
        return List.copyOf(Main.command().getSubcommands().values());
    }

    /** Also those within a command, as in {@code events tail}, whose flags share a section. */
    private static Stream<CommandLine> allCommands() {
        return commands().stream()
                .flatMap(command -> Stream.concat(Stream.of(command), command.getSubcommands().values().stream()));
    }

    private static List<OptionSpec> options(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .filter(option -> !option.usageHelp())
                .toList();
    }

    private static String variable(String flag) {
        return "MILLRACE_" + flag.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** How the table says the default; one without a value of its own is said in words, which no test can check. */
    private static String shown(OptionSpec option) {
        if (option.required()) {
            return "required";
        }
        if (option.defaultValue() == null) {
            return option.arity().max() == 0 ? "`false`" : "";
        }
        return "`" + option.defaultValue() + "`";
    }

    private static String section(String document, String heading) {
        int start = document.indexOf("\n## " + heading + "\n");
        int end = document.indexOf("\n## ", start + 1);
        return start < 0 ? "" : document.substring(start, end < 0 ? document.length() : end);
    }

    private static String row(String section, String flag) {
        return section.lines()
                .filter(line -> line.startsWith("| `" + flag + "` |"))
                .findFirst()
                .orElse("");
    }

    private static Set<String> unknown(Pattern pattern, Set<String> known) {
        Set<String> unknown = new TreeSet<>();
        for (Path document : Project.documents()) {
            Set<String> named = Project.all(pattern, Project.text(document));
            named.removeAll(known);
            named.forEach(name -> unknown.add(name + " in " + Project.ROOT.relativize(document)));
        }
        return unknown;
    }

    private static Set<String> codes() {
        Set<String> codes = new TreeSet<>();
        Project.sources().forEach(source -> codes.addAll(Project.all(CODE, Project.text(source))));
        // What the proxies say themselves.
        for (String file : List.of("deploy/nginx.conf", "deploy/haproxy.cfg")) {
            codes.addAll(Project.all(PROXY_CODE, Project.text(Project.ROOT.resolve(file))));
        }
        return codes;
    }

    private static boolean leadsSomewhere(Path document, String link) {
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        Path target = path.isEmpty() ? document : document.resolveSibling(path).normalize();
        return Files.exists(target) && (hash < 0 || anchors(target).contains(link.substring(hash + 1)));
    }

    /** As the hosts of Markdown make them: lower case, no punctuation, dashes for blanks. */
    private static Set<String> anchors(Path document) {
        Matcher headings = HEADING.matcher(Project.text(document));
        return headings.results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
