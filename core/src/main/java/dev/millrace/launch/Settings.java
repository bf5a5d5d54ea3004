package dev.millrace.launch;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where a flag's value comes from when it is not on the command line: {@code --log-memory} is {@code
 * MILLRACE_LOG_MEMORY} in the environment, else {@code log-memory} in the configuration file, else its default. So every
 * flag can be set in three places, and none needs a line of code for it.
 */
public final class Settings implements CommandLine.IDefaultValueProvider {

    static final String CONFIG_FLAG = "--config";
    private static final String PREFIX = "MILLRACE_";

    private final Map<String, String> environment;
    private final Properties file;

    private Settings(Map<String, String> environment, Properties file) {
        this.environment = environment;
        this.file = file;
    }

    /**
     * Reads the file that the arguments or the environment name, if they name one.
     *
     * @throws Misuse when the file cannot be read
     */
    public static Settings of(List<String> args, Map<String, String> environment) {
        String path = argument(args);
        return new Settings(environment, read(path == null ? environment.get(PREFIX + "CONFIG") : path));
    }

    /** The file must be known before the flags are parsed, since it gives their defaults. */
    private static @Nullable String argument(List<String> args) {
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (arg.startsWith(CONFIG_FLAG + "=")) {
                return arg.substring(CONFIG_FLAG.length() + 1);
            }
            if (arg.equals(CONFIG_FLAG) && i + 1 < args.size()) {
                return args.get(i + 1);
            }
        }
        return null;
    }

    private static Properties read(@Nullable String path) {
        Properties properties = new Properties();
        if (path != null) {
            try (Reader reader = Files.newBufferedReader(Path.of(path))) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new Misuse("the configuration file " + path + " cannot be read: " + reason(e));
            }
        }
        return properties;
    }

    private static String reason(Exception e) {
        if (e instanceof java.nio.file.NoSuchFileException) {
            return "it does not exist";
        }
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "this user may not read it";
        }
        return e instanceof java.nio.charset.CharacterCodingException
                ? "it is not UTF-8"
                : String.valueOf(e.getMessage());
    }

    @Override
    public @Nullable String defaultValue(ArgSpec arg) {
        if (!(arg instanceof OptionSpec option)) {
            return null;
        }
        String key = key(option);
        String fromEnvironment = environment.get(variable(key));
        return fromEnvironment == null ? file.getProperty(key) : fromEnvironment;
    }

    /** Where the default of a flag was found: which variable, or that it was the file. */
    Optional<String> origin(OptionSpec option) {
        String key = key(option);
        if (environment.containsKey(variable(key))) {
            return Optional.of(variable(key) + " of the environment");
        }
        return file.containsKey(key) ? Optional.of("the configuration file") : Optional.empty();
    }

    /** A misspelt key in the file would be silently without effect. */
    void refuseUnknownKeys(CommandLine.Model.CommandSpec command) {
        Set<String> known =
                command.options().stream().map(Settings::key).collect(Collectors.toCollection(TreeSet::new));
        known.removeAll(Set.of("config", "help")); // of no effect in the file
        for (String key : file.stringPropertyNames()) {
            if (!known.contains(key)) {
                throw new Misuse("the configuration file has the key '" + key + "', which is none of: "
                        + String.join(", ", known));
            }
        }
    }

    /** The flag's name as a key of the file. */
    static String key(OptionSpec option) {
        return option.longestName().substring(2);
    }

    /** The key's name in the environment. */
    static String variable(String key) {
        return PREFIX + key.replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
