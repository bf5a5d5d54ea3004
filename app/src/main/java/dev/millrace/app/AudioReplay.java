package dev.millrace.app;

import dev.millrace.agent.AgentRole;
import dev.millrace.app.voice.Replay;
import dev.millrace.app.voice.Replay.Outcome;
import dev.millrace.audio.AudioRole;
import dev.millrace.audio.capture.Captured;
import dev.millrace.auth.FeedRights;
import dev.millrace.auth.Scope;
import dev.millrace.launch.Gateway;
import dev.millrace.launch.Misuse;
import dev.millrace.launch.Program;
import dev.millrace.launch.Serve;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code audio replay}: says a captured session again, and shows what is decided otherwise. */
@Command(
        name = "replay",
        description = "Says a captured session again, to this build or a server, and shows what is decided otherwise.")
@SuppressWarnings("NullAway.Init") // picocli sets every field that is required or has a default
final class AudioReplay implements Callable<Integer> {

    /** How fast. */
    enum Speed {
        recorded,
        max
    }

    @Parameters(paramLabel = "FILE", description = "The capture, from the folder of --capture-dir.")
    private Path file;

    @Option(
            names = "--speed",
            paramLabel = "SPEED",
            defaultValue = "recorded",
            description = "recorded, or max: as fast as the order allows; ${DEFAULT-VALUE} unless set.")
    private Speed speed;

    @Option(names = "--diff", description = "Shows each decision that is not the same.")
    private boolean diff;

    @Option(
            names = "--grammar",
            paramLabel = "FILE",
            description = "Without --url: the grammar of the embedded engine, instead of the demonstration's.")
    private @Nullable Path grammar;

    @Option(
            names = "--docs",
            paramLabel = "DIR",
            defaultValue = "docs",
            description = "Without --url: the folder that answers come from; ${DEFAULT-VALUE} unless set.")
    private Path docs;

    @Mixin
    private RemoteOptions remote;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Captured captured = captured();
        boolean elsewhere = spec.commandLine().getParseResult().hasMatchedOption("--url");
        Outcome outcome = elsewhere
                ? remote.with(
                        Scope.AUDIO, server -> replay(server.vertx(), captured).run(server::audio))
                : here(captured);
        PrintWriter out = spec.commandLine().getOut();
        if (diff) {
            outcome.differences().forEach(out::println);
        }
        boolean same = outcome.differences().isEmpty();
        out.println(outcome.recorded() + " decisions recorded, " + outcome.replayed() + " replayed: "
                + (same ? "the same" : "they differ"));
        return same ? Program.OK : Program.FAILED;
    }

    private Captured captured() {
        try {
            return Captured.read(Buffer.buffer(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new Misuse("the file " + file + " cannot be read");
        } catch (IllegalArgumentException e) {
            throw new Misuse(file + " is no capture of a session: " + e.getMessage());
        }
    }

    private Replay replay(Vertx vertx, Captured captured) {
        return new Replay(vertx, captured, speed == Speed.recorded);
    }

    /** With a server of this build, for as long as it takes. */
    private Outcome here(Captured captured) throws Exception {
        Path home = Files.createTempDirectory("millrace-replay");
        List<String> flags = new ArrayList<>(List.of("--port=0", "--management-port=0", "--token-pace=0"));
        flags.addAll(List.of("--home=" + home, "--docs=" + docs, "--stt-deadline=60s"));
        if (grammar != null) {
            flags.add("--grammar=" + grammar);
        }
        Gateway gateway =
                Program.await(Serve.start(List.of(new AudioRole(), new AgentRole()), flags.toArray(String[]::new)));
        Vertx vertx = Vertx.vertx();
        try {
            String token =
                    Token.mint(home, "replay", EnumSet.of(Scope.AUDIO), FeedRights.ALL, Duration.ofHours(1), null);
            URI url = URI.create("http://127.0.0.1:" + gateway.port());
            Remote server = new Remote(vertx, url, token, Optional.empty());
            return Program.await(replay(vertx, captured).run(server::audio));
        } finally {
            Program.await(vertx.close());
            Program.await(gateway.close());
            Files.deleteIfExists(home.resolve("key"));
            Files.deleteIfExists(home);
        }
    }
}
