package dev.millrace.app;

import dev.millrace.auth.Scope;
import dev.millrace.launch.Misuse;
import dev.millrace.launch.Program;
import dev.millrace.launch.Urls;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chat}: asks, and shows the answer as it comes. */
@Command(name = "chat", description = "Asks a question and shows the answer as it streams.")
@SuppressWarnings("NullAway.Init") // picocli sets every field that is required or has a default
final class Chat implements Callable<Integer> {

    @Parameters(paramLabel = "QUESTION", description = "What to ask.")
    private String question;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            converter = Urls.class,
            description = "The server; ${DEFAULT-VALUE} unless set.")
    private URI url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file with a token. Without it one is minted with the local key.")
    private @Nullable Path tokenFile;

    @Option(names = "--session", paramLabel = "ID", description = "The conversation to go on with.")
    private @Nullable String session;

    @Option(names = "--json", description = "Prints each event as a line of JSON.")
    private boolean json;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = ".millrace",
            description = "Where the signing key lies.")
    private Path home;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        String token = token();
        PrintWriter out = spec.commandLine().getOut();
        AnswerView view = json ? new JsonLines(out) : new Screen(out);
        JsonObject body = new JsonObject().put("message", question);
        if (session != null) {
            body.put("session", session);
        }
        Vertx vertx = Vertx.vertx();
        try {
            String status = Program.await(new ChatClient(vertx, url, token, view).ask(body));
            return status.equals("completed") ? Program.OK : Program.FAILED;
        } finally {
            Program.await(vertx.close());
        }
    }

    private String token() {
        if (tokenFile == null) {
            String user = System.getProperty("user.name", "local");
            return Token.mint(home, user, EnumSet.of(Scope.CHAT), Duration.ofHours(1), null);
        }
        try {
            String token = Files.readString(tokenFile).strip();
            if (!token.matches("[\\x21-\\x7e]+")) { // a header would quote it, line break and all
                throw new Misuse("the token file " + tokenFile + " must hold one token and nothing else");
            }
            return token;
        } catch (IOException e) {
            throw new Misuse("the token file " + tokenFile + " cannot be read");
        }
    }
}
