package dev.millrace.app;

import dev.millrace.auth.FeedRights;
import dev.millrace.auth.Scope;
import dev.millrace.launch.Misuse;
import dev.millrace.launch.Program;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of every command that talks to a server. */
@SuppressWarnings("NullAway.Init") // picocli sets every field that has a default
final class RemoteOptions {

    @Option(names = "--url", paramLabel = "URL", defaultValue = "http://127.0.0.1:8080", description = "The server.")
    private URI url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file with a token. Without it one is minted with the local key.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = ".millrace",
            description = "Where the signing key lies.")
    private Path home;

    /** Does something with the server, waits for it, and lets go of everything. */
    <T> T with(Scope scope, Function<Remote, Future<T>> work) throws Exception {
        if (url.getHost() == null || !String.valueOf(url.getScheme()).matches("https?")) {
            throw new Misuse("--url is '" + url + "', and must be like http://127.0.0.1:8080");
        }
        String token = token(scope);
        Vertx vertx = Vertx.vertx();
        try {
            return Program.await(work.apply(new Remote(vertx, url, token)));
        } finally {
            Program.await(vertx.close());
        }
    }

    private String token(Scope scope) {
        if (tokenFile == null) {
            String user = System.getProperty("user.name", "local");
            return Token.mint(home, user, EnumSet.of(scope), FeedRights.ALL, Duration.ofHours(1), null);
        }
        try {
            return Files.readString(tokenFile).strip();
        } catch (IOException e) {
            throw new Misuse("the token file " + tokenFile + " cannot be read");
        }
    }
}
