package dev.millrace.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A flag, else the environment, else the file, else its default. */
@SuppressWarnings("NullAway.Init")
final class SettingsTest {

    @TempDir
    private Path folder;

    @Command(name = "try")
    private static final class Flags {

        @Option(
                names = {"-m", "--log-memory"},
                defaultValue = "default")
        private String memory;

        @Option(names = "--config")
        private String config;
    }

    private static String memory(Map<String, String> environment, String... args) {
        Flags flags = new Flags();
        CommandLine command = new CommandLine(flags);
        command.setDefaultValueProvider(Settings.of(List.of(args), environment));
        command.parseArgs(args);
        return flags.memory;
    }

    @Test
    void theFlagWinsThenTheEnvironmentThenTheFileThenTheDefault() throws Exception {
        String file =
                Files.writeString(folder.resolve("c"), "log-memory=file\n").toString();
        Map<String, String> environment = Map.of("MILLRACE_LOG_MEMORY", "environment");
        assertEquals("default", memory(Map.of()));
        assertEquals("file", memory(Map.of(), "--config", file));
        assertEquals("file", memory(Map.of(), "--config=" + file));
        assertEquals("file", memory(Map.of("MILLRACE_CONFIG", file)));
        assertEquals("environment", memory(environment, "--config", file));
        assertEquals("flag", memory(environment, "--config", file, "--log-memory", "flag"));
        assertEquals("flag", memory(environment, "-m", "flag"));
    }

    @Test
    void theFileNamedByTheFlagWinsOverThatOfTheEnvironment() throws Exception {
        String file =
                Files.writeString(folder.resolve("c"), "log-memory=mine\n").toString();
        assertEquals(
                "mine",
                memory(Map.of("MILLRACE_CONFIG", folder.resolve("absent").toString()), "--config", file));
    }

    @Test
    void aFileThatCannotBeReadIsMisuseInASentence() throws Exception {
        assertMisuse("it does not exist", folder.resolve("absent"));
        assertMisuse("Is a directory", folder);
        assertMisuse("it is not UTF-8", Files.write(folder.resolve("latin"), new byte[] {(byte) 0xff}));
        assertMisuse("Malformed \\uxxxx encoding.", Files.writeString(folder.resolve("escape"), "a=\\u00zz"));
    }

    private static void assertMisuse(String reason, Path file) {
        Misuse misuse = assertThrows(Misuse.class, () -> memory(Map.of(), "--config", file.toString()));
        assertEquals("the configuration file " + file + " cannot be read: " + reason, misuse.getMessage());
    }

    @Test
    void aKeyThatIsNoFlagIsMisuse() throws Exception {
        Path file = Files.writeString(folder.resolve("c"), "log-memory=1\nlogmemory=2\n");
        Settings settings = Settings.of(List.of("--config", file.toString()), Map.of());
        CommandLine command = new CommandLine(new Flags());
        Misuse misuse = assertThrows(Misuse.class, () -> settings.refuseUnknownKeys(command.getCommandSpec()));
        assertEquals(
                "the configuration file has the key 'logmemory', which is none of: log-memory", misuse.getMessage());
    }

    @Test
    void timesAreReadAsPeopleWriteThem() {
        Durations durations = new Durations();
        assertEquals(Duration.ofMillis(250), durations.convert("250ms"));
        assertEquals(Duration.ofSeconds(90), durations.convert("90s"));
        assertEquals(Duration.ofMinutes(15), durations.convert("15m"));
        assertEquals(Duration.ofHours(24), durations.convert("24h"));
        assertEquals(Duration.ofDays(7), durations.convert("7d"));
        assertEquals(Duration.ZERO, durations.convert("0s"));
        assertEquals(Duration.ofMillis(1_500), durations.convert("1.5s"));
        assertEquals(Duration.ofMinutes(90), durations.convert("1.5h"));
        for (String wrong : List.of(
                "",
                "5",
                "-5s",
                "1.h",
                ".5h",
                "1,5h",
                "1.2345h",
                "1 h",
                "1H",
                "s",
                "9999999999s",
                "1y",
                "٣s",
                "1h30m")) {
            assertThrows(CommandLine.TypeConversionException.class, () -> durations.convert(wrong), wrong);
        }
    }

    @Test
    void aUrlHasASchemeOfTheWebAndAHost() {
        Urls urls = new Urls();
        assertEquals("example.com", urls.convert("https://example.com:8443/x").getHost());
        for (String wrong : List.of("", "foo", "ftp://a", "http://", "http://a b", "//a", "http:a", "http://a:99999")) {
            assertThrows(CommandLine.TypeConversionException.class, () -> urls.convert(wrong), wrong);
        }
    }
}
