package dev.millrace.app;

import dev.millrace.auth.Scope;
import dev.millrace.launch.Misuse;
import dev.millrace.launch.Program;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code run}: looks into one run, for whoever wants to know why it went as it did. */
@Command(
        name = "run",
        description = "Prints the stream of a run, or runs it again and shows the difference.",
        synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // picocli sets what it injects
final class RunCommand implements Runnable {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    static CommandLine command() {
        return new CommandLine(new RunCommand())
                .addSubcommand("show", new Show())
                .addSubcommand("replay", RunReplay.command());
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "run needs one of: show, replay");
    }

    /** A run's id cannot hold what would change the request it is put in. */
    static String checked(String run) {
        if (!run.matches("[A-Za-z0-9_-]+")) {
            throw new Misuse("'" + run + "' is no id of a run; './millrace chat' prints it as run_...");
        }
        return run;
    }

    /** {@code run show}. */
    @Command(name = "show", description = "Prints the stream of a run, event by event, and follows it to its end.")
    static final class Show implements Callable<Integer> {

        @Parameters(paramLabel = "RUN", description = "The run's id.")
        private String run;

        @Mixin
        private RemoteOptions remote;

        @Option(names = "--full", description = "Shortens nothing, and gives each token its row.")
        private boolean full;

        @Option(names = "--json", description = "Prints each event as a line of JSON.")
        private boolean json;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Shows this.")
        private boolean help;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            String id = checked(run);
            remote.with(Scope.CHAT, server -> {
                AnswerView view = json
                        ? new JsonLines(spec.commandLine().getOut())
                        : new Trace(spec.commandLine().getOut(), full);
                return new ChatClient(server, view, null).watch(id);
            });
            return Program.OK;
        }
    }
}
