package dev.millrace.app;

import dev.millrace.agent.AgentRole;
import dev.millrace.auth.Caller;
import dev.millrace.auth.FeedRights;
import dev.millrace.auth.Scope;
import dev.millrace.chat.ChatRole;
import dev.millrace.launch.Gateway;
import dev.millrace.launch.Program;
import dev.millrace.launch.Serve;
import dev.millrace.log.StreamLog;
import dev.millrace.log.StreamName;
import dev.millrace.run.Conversation.Message;
import dev.millrace.run.OwnedId;
import dev.millrace.run.Owner;
import dev.millrace.sse.SseEvent;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.Console;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code run replay}: asks the question of a run again, behind the same conversation, of an agent in this process that
 * the flags describe. The server it was recorded on is only read, and gets no run, no message and no event.
 */
@Command(
        name = "replay",
        description = "Runs a run again, with the agent that these flags describe, and shows the difference.")
@SuppressWarnings("NullAway.Init") // picocli sets what it injects
final class RunReplay implements Callable<Integer> {

    private static final String USER = "replay";

    private final AgentRole agent = new AgentRole();

    @Parameters(paramLabel = "RUN", description = "The run's id.")
    private String run;

    @Mixin
    private RemoteOptions remote;

    @Option(
            names = "--tools",
            paramLabel = "LIST",
            split = ",",
            description = "Tools it may use; all that the agent has unless set, and none when empty.")
    private @Nullable List<String> tools;

    @Option(names = "--exit-code", description = "Ends with 1 when there is a difference, as diff does.")
    private boolean exitCode;

    @Option(
            names = {"-h", "--help"},
            order = 100,
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    private RunReplay() {}

    static CommandLine command() {
        RunReplay replay = new RunReplay();
        return new CommandLine(replay).addMixin("agent", replay.agent.options());
    }

    /** A run as it was, and what led to it. */
    private record Recorded(RunRecord record, String question, List<Message> before) {}

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        String id = RunCommand.checked(run);
        Recorded recorded = remote.with(Scope.CHAT, server -> recorded(server, id));
        if (recorded.record.inputs() > 0) {
            out.println("! somebody spoke to the run " + recorded.record.inputs()
                    + " times while it went on; that is not said again");
        }
        RunRecord replayed = replay(recorded, out);
        out.println();
        Difference difference = new Difference(recorded.record, replayed);
        difference.print(out);
        return exitCode && !difference.none() ? Program.FAILED : Program.OK;
    }

    private static Future<Recorded> recorded(Remote server, String run) {
        RunRecord record = new RunRecord();
        return new ChatClient(server, record, null)
                .watch(run)
                .compose(over -> server.json(HttpMethod.GET, "/api/chat/sessions/" + record.session(), Map.of(), null))
                .map(session -> recorded(record, session.getJsonArray("messages"), run));
    }

    /** The conversation up to the run's question, which is its first message. */
    private static Recorded recorded(RunRecord record, JsonArray messages, String run) {
        List<Message> before = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            Message message = Message.from(messages.getJsonObject(i));
            if (message.run().equals(run)) {
                return new Recorded(record, message.text(), before);
            }
            before.add(message);
        }
        throw new IllegalStateException("the question of " + run + " is not in its conversation");
    }

    private RunRecord replay(Recorded recorded, PrintWriter out) throws Exception {
        Path home = Files.createTempDirectory("millrace-replay");
        try {
            Gateway gateway = Program.await(Serve.beside(List.of(new ChatRole(), agent), home));
            try {
                return ask(gateway, home, recorded, out);
            } finally {
                Program.await(gateway.close());
            }
        } finally {
            Files.deleteIfExists(home.resolve("key"));
            Files.deleteIfExists(home);
        }
    }

    private RunRecord ask(Gateway gateway, Path home, Recorded recorded, PrintWriter out) throws Exception {
        String token = Token.mint(home, USER, EnumSet.of(Scope.CHAT), FeedRights.ALL, Duration.ofHours(1), null);
        URI url = URI.create("http://127.0.0.1:" + gateway.port());
        Remote beside = new Remote(gateway.vertx(), url, token, Optional.empty());
        JsonObject body = new JsonObject().put("message", recorded.question);
        if (!recorded.before.isEmpty()) {
            body.put("session", Program.await(write(gateway.log(), recorded.before)));
        }
        if (tools != null) {
            body.put("tools", tools.stream().filter(name -> !name.isEmpty()).toList());
        }
        RunRecord replayed = new RunRecord();
        AnswerView shown = AnswerView.both(new Screen(out), replayed);
        Console terminal = System.console();
        ChatClient client = terminal == null
                ? new ChatClient(beside, AnswerView.both(shown, event -> unanswered(event, beside, replayed)), null)
                : new ChatClient(
                        beside,
                        shown,
                        new Replies(beside, new Person(new BufferedReader(terminal.reader()), out), shown));
        Program.await(client.ask(body));
        return replayed;
    }

    /** The conversation as it was, in a log that ends with this process. */
    private static Future<String> write(StreamLog log, List<Message> messages) {
        String session =
                OwnedId.newSession(new Owner(Caller.DEFAULT_TENANT, USER)).text();
        return log.append(
                        StreamName.session(session),
                        messages.stream().map(Message::toEvent).toList(),
                        StreamLog.ANYWHERE)
                .map(session);
    }

    /** A run that asks would wait long for somebody who is not there. */
    private void unanswered(SseEvent event, Remote beside, RunRecord replayed) {
        if (event.type().equals("status")
                && new JsonObject(event.data()).getString("step").equals("input_required")) {
            err().println("millrace: the run asks, and there is no terminal to answer at; it is cancelled");
            beside.json(HttpMethod.DELETE, "/api/chat/" + replayed.run(), Map.of(), null)
                    .onFailure(cause -> err().println("millrace: it could not be cancelled: " + cause.getMessage()));
        }
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
