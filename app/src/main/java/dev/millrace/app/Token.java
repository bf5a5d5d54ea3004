package dev.millrace.app;

import dev.millrace.auth.AuthOptions;
import dev.millrace.auth.Caller;
import dev.millrace.auth.FeedRights;
import dev.millrace.auth.KeyFile;
import dev.millrace.auth.Scope;
import dev.millrace.auth.TokenMint;
import dev.millrace.launch.Durations;
import dev.millrace.launch.Misuse;
import dev.millrace.launch.Program;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code token}: a token alone on stdout, signed with the key under the home. */
@Command(name = "token", description = "Mints a token for local use and prints it, alone, on stdout.")
@SuppressWarnings("NullAway.Init") // picocli sets every field that is required or has a default
final class Token implements Callable<Integer> {

    @Option(names = "--sub", required = true, paramLabel = "NAME", description = "Whom the token is for.")
    private String subject;

    @Option(
            names = "--scope",
            required = true,
            paramLabel = "LIST",
            description = "What it allows, of: chat, audio, audio:capture, events:read, events:publish.")
    private String scope;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = Durations.class,
            description = "How long it lives (90s, 15m, 1d); ${DEFAULT-VALUE} unless set.")
    private Duration ttl;

    @Option(names = "--tenant", paramLabel = "NAME", description = "The tenant; 'default' unless set.")
    private @Nullable String tenant;

    @Option(
            names = "--feeds-read",
            paramLabel = "LIST",
            split = ",",
            description = "Patterns of the feeds it may read; all unless set.")
    private @Nullable List<String> feedsRead;

    @Option(
            names = "--feeds-publish",
            paramLabel = "LIST",
            split = ",",
            description = "Patterns of the feeds it may publish to; all unless set.")
    private @Nullable List<String> feedsPublish;

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

    @picocli.CommandLine.Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().println(mint(home, subject, scopes(), feeds(), ttl, tenant));
        return Program.OK;
    }

    private FeedRights feeds() {
        return FeedRights.of(Optional.ofNullable(feedsRead), Optional.ofNullable(feedsPublish));
    }

    private Set<Scope> scopes() {
        Set<Scope> scopes = Arrays.stream(scope.split("[,\\s]+"))
                .filter(name -> !name.isEmpty())
                .map(Scope::parse)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Scope.class)));
        if (scopes.isEmpty()) {
            throw new Misuse("--scope names nothing, and the token would open nothing");
        }
        return scopes;
    }

    static String mint(
            Path home, String subject, Set<Scope> scopes, FeedRights feeds, Duration ttl, @Nullable String tenant) {
        Vertx vertx = Vertx.vertx();
        try {
            KeyFile key = KeyFile.openOrCreate(home);
            return TokenMint.create(vertx, key, AuthOptions.ofKeyFile(key.path()))
                    .mint(tenant == null ? Caller.DEFAULT_TENANT : tenant, subject, scopes, feeds, ttl);
        } finally {
            vertx.close();
        }
    }
}
