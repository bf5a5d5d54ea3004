package dev.millrace.app;

import dev.millrace.auth.Scope;
import dev.millrace.launch.Program;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.Console;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chat}: asks, and shows the answer as it comes. */
@Command(name = "chat", description = "Asks a question and shows the answer as it streams.")
@SuppressWarnings("NullAway.Init") // picocli sets every field that is required or has a default
final class Chat implements Callable<Integer> {

    @Parameters(
            paramLabel = "QUESTION",
            arity = "1..*",
            hideParamSyntax = true,
            description = "What to ask, in quotes or not.")
    private List<String> question;

    @Mixin
    private RemoteOptions remote;

    @Option(names = "--session", paramLabel = "ID", description = "The conversation to go on with.")
    private @Nullable String session;

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
        PrintWriter out = spec.commandLine().getOut();
        AnswerView view = json ? new JsonLines(out) : new Screen(out);
        JsonObject body = new JsonObject().put("message", String.join(" ", question));
        if (session != null) {
            body.put("session", session);
        }
        String status =
                remote.with(Scope.CHAT, server -> new ChatClient(server, view, replies(server, view, out)).ask(body));
        return status.equals("completed") ? Program.OK : Program.FAILED;
    }

    /** A program that reads JSON answers for itself, and a pipe holds nobody who could be asked. */
    private @Nullable Replies replies(Remote server, AnswerView view, PrintWriter out) {
        Console terminal = System.console();
        return json || terminal == null
                ? null
                : new Replies(server, new Person(new BufferedReader(terminal.reader()), out), view);
    }
}
