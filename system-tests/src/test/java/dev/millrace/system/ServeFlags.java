package dev.millrace.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.millrace.app.Main;
import dev.millrace.launch.Serve;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What a deployment file says to {@code serve}, as the program itself understands it. */
final class ServeFlags {

    /** Read by what starts the program, and not by the program. */
    private static final Set<String> OF_THE_SCRIPT = Set.of("MILLRACE_JAVA_OPTS");

    /** What an orderly end may take once a drain is over. */
    private static final long STOP_SECONDS = 10;

    private final CommandLine command = Serve.command(Main.roles());

    private ServeFlags(List<String> arguments, Map<String, String> environment) {
        List<String> all = new ArrayList<>(arguments);
        environment.forEach((variable, value) -> {
            if (variable.startsWith("MILLRACE_") && !OF_THE_SCRIPT.contains(variable)) {
                String flag = "--"
                        + variable.substring("MILLRACE_".length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-');
                assertNotNull(command.getCommandSpec().findOption(flag), variable + " is no setting of serve");
                all.add(flag + "=" + value);
            }
        });
        command.parseArgs(all.toArray(String[]::new));
    }

    /**
     * Fails on a flag or a variable that the program does not have, and on a value that it does not take.
     *
     * @param arguments with {@code serve} in front
     */
    static ServeFlags of(List<String> arguments, Map<String, String> environment) {
        assertEquals("serve", arguments.get(0));
        return new ServeFlags(arguments.subList(1, arguments.size()), environment);
    }

    <T> T value(String flag) {
        return command.getCommandSpec().findOption(flag).getValue();
    }

    /** How long this process may take from SIGTERM to its end. */
    Duration longestStop() {
        Duration stop = Duration.ofSeconds(STOP_SECONDS);
        for (String flag : List.of("--drain-delay", "--drain-grace", "--drain-window")) {
            OptionSpec option = command.getCommandSpec().findOption(flag);
            stop = option == null ? stop : stop.plus(option.<Duration>getValue());
        }
        return stop;
    }
}
