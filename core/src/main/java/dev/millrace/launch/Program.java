package dev.millrace.launch;

import dev.millrace.auth.BadKey;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What every program of ours does alike: where flags come from, how it fails, what its exit code says. */
public final class Program {

    /** The program did what it was asked. */
    public static final int OK = 0;
    /** It tried, and the thing failed. */
    public static final int FAILED = 1;
    /** It was used wrongly. */
    public static final int MISUSED = 2;

    private static final int HELP_WIDTH = 96;
    private static final int HELP_NAMES_WIDTH = 32;

    private Program() {}

    /** Runs a command with its flags, the environment behind them, and one sentence on stderr when it fails. */
    public static int run(CommandLine command, String[] args, Map<String, String> environment) {
        layOut(command);
        command.setParameterExceptionHandler(
                (wrong, given) -> say(command, MISUSED, sentence(wrong, List.of(given)), help(wrong.getCommandLine())));
        command.setExecutionExceptionHandler((failure, executed, result) -> fail(command, failure));
        try {
            command.setDefaultValueProvider(Settings.of(List.of(args), environment));
        } catch (Misuse misuse) {
            return fail(command, misuse);
        }
        return command.execute(args);
    }

    /** Flags stand as they are declared, related ones together, in the width of an ordinary terminal. */
    private static void layOut(CommandLine command) {
        command.setUsageHelpWidth(HELP_WIDTH).setUsageHelpLongOptionsMaxWidth(HELP_NAMES_WIDTH);
        command.getCommandSpec()
                .usageMessage()
                .sortOptions(false)
                .abbreviateSynopsis(true)
                .synopsisHeading("")
                .descriptionHeading("%n")
                .parameterListHeading("%n")
                .optionListHeading("%n")
                .commandListHeading("%nCommands:%n");
        command.getSubcommands().values().forEach(Program::layOut);
    }

    /** What the parser says, in our words where its own speak of indexes, and with the place where a value stood. */
    private static String sentence(ParameterException wrong, List<String> given) {
        CommandLine command = wrong.getCommandLine();
        if (wrong instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            String word = "'" + unmatched.getUnmatched().get(0) + "'";
            return command.getSubcommands().isEmpty()
                    ? word + " is more than " + command.getCommandName() + " takes; a text with blanks needs quotes"
                    : word + " is no command; there are "
                            + String.join(", ", command.getSubcommands().keySet());
        }
        String message = String.valueOf(wrong.getMessage());
        boolean defaulted = wrong.getArgSpec() instanceof OptionSpec option
                && given.stream()
                        .noneMatch(
                                arg -> arg.equals(option.longestName()) || arg.startsWith(option.longestName() + "="));
        return defaulted
                        && command.getDefaultValueProvider() instanceof Settings settings
                        && wrong.getArgSpec() instanceof OptionSpec option
                ? message
                        + settings.origin(option)
                                .map(origin -> ", in " + origin)
                                .orElse("")
                : message;
    }

    private static String help(CommandLine command) {
        return "Try '" + command.getCommandSpec().qualifiedName() + " --help'.";
    }

    private static int fail(CommandLine command, Exception failure) {
        boolean misused =
                failure instanceof Misuse || failure instanceof BadKey || failure instanceof IllegalArgumentException;
        return say(command, misused ? MISUSED : FAILED, String.valueOf(failure.getMessage()), "");
    }

    private static int say(CommandLine command, int code, String sentence, String more) {
        command.getErr().println(("millrace: " + sentence + (more.isEmpty() ? "" : "\n" + more)));
        command.getErr().flush();
        return code;
    }

    /** Waits, off the event loops, and throws what failed. */
    public static <T> T await(Future<T> future) throws Exception {
        try {
            return future.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException | CompletionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** From the jar's manifest. */
    public static String version() {
        String version = Program.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
