package dev.millrace.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code audio}: talks to a server. */
@Command(
        name = "audio",
        description = "Asks by voice, and replays what was captured.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {AudioAsk.class, AudioReplay.class})
@SuppressWarnings("NullAway.Init") // picocli sets what it injects
final class Audio implements Runnable {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "audio needs one of: ask, replay");
    }
}
