package dev.millrace.app;

import dev.millrace.agent.AgentRole;
import dev.millrace.audio.AudioRole;
import dev.millrace.chat.ChatRole;
import dev.millrace.console.ConsoleRole;
import dev.millrace.events.EventsRole;
import dev.millrace.launch.Program;
import dev.millrace.launch.Role;
import dev.millrace.launch.Serve;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./millrace}. */
@Command(
        name = "millrace",
        description = "A streaming gateway for AI agents: chat, audio and events over one log.",
        synopsisSubcommandLabel = "COMMAND")
public final class Main {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    private Main() {}

    public static void main(String[] args) {
        System.exit(Program.run(command(), args, System.getenv()));
    }

    /** The agent last: it is stopped first, while its readers are still there to be told. */
    public static List<Role> roles() {
        return List.of(new ChatRole(), new AudioRole(), new EventsRole(), new ConsoleRole(), new AgentRole());
    }

    static CommandLine command() {
        return new CommandLine(new Main())
                .addSubcommand("serve", Serve.command(roles()))
                .addSubcommand("chat", new Chat())
                .addSubcommand("run", RunCommand.command())
                .addSubcommand("audio", new Audio())
                .addSubcommand("events", new Events())
                .addSubcommand("token", new Token())
                .addSubcommand("version", new Version());
    }

    @Command(name = "version", description = "Prints the version.")
    static final class Version implements Runnable {

        @picocli.CommandLine.Spec
        @SuppressWarnings("NullAway.Init")
        private CommandLine.Model.CommandSpec spec;

        @Override
        public void run() {
            spec.commandLine().getOut().println(Program.version());
        }
    }
}
