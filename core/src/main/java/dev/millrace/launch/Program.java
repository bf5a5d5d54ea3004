package dev.millrace.launch;

import dev.millrace.auth.BadKey;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;

/** What every program of ours does alike: where flags come from, how it fails, what its exit code says. */
public final class Program {

    /** The program did what it was asked. */
    public static final int OK = 0;
    /** It tried, and the thing failed. */
    public static final int FAILED = 1;
    /** It was used wrongly. */
    public static final int MISUSED = 2;

    private Program() {}

    /** Runs a command with its flags, the environment behind them, and one sentence on stderr when it fails. */
    public static int run(CommandLine command, String[] args, Map<String, String> environment) {
        command.setParameterExceptionHandler((wrong, given) ->
                say(command, MISUSED, String.valueOf(wrong.getMessage()), help(wrong.getCommandLine())));
        command.setExecutionExceptionHandler((failure, executed, result) -> fail(command, failure));
        try {
            command.setDefaultValueProvider(Settings.of(List.of(args), environment));
        } catch (Misuse misuse) {
            return fail(command, misuse);
        }
        return command.execute(args);
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
