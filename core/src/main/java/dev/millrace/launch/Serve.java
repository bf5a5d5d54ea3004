package dev.millrace.launch;

import dev.millrace.auth.KeyFile;
import dev.millrace.auth.Scope;
import dev.millrace.auth.TokenMint;
import io.vertx.core.Future;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serve}: runs a process until it is told to stop. */
@Command(
        name = "serve",
        description = "Serves the routes until it is stopped (Ctrl-C, SIGTERM).",
        footer = {
            "",
            "Every flag can also be set in the environment (MILLRACE_LOG_MEMORY for --log-memory) or in the",
            "file of --config (log-memory=256). Flags win over the environment, and that over the file."
        })
@SuppressWarnings("NullAway.Init") // picocli sets what it injects
public final class Serve implements Callable<Integer> {

    private final List<Role> available;

    @Mixin
    private ServeOptions options;

    @Option(
            names = "--roles",
            paramLabel = "LIST",
            split = ",",
            hideParamSyntax = true,
            description =
                    "What this process does, of: chat, audio, events, console, agent. All that the program has unless set.")
    private @Nullable List<String> roles;

    @Option(
            names = {"-h", "--help"},
            order = 100,
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    @Spec
    private CommandLine.Model.CommandSpec spec;

    private Serve(List<Role> available) {
        this.available = available;
    }

    /** The command with the flags of every role this program has. */
    public static CommandLine command(List<Role> available) {
        CommandLine command = new CommandLine(new Serve(available));
        for (Role role : available) {
            command.addMixin(role.name(), role.options());
        }
        return command;
    }

    /** A program that is this command and nothing else: what each verticle's own jar starts. */
    public static void main(String[] args, Role role) {
        System.exit(Program.run(command(List.of(role)), args, System.getenv()));
    }

    /**
     * Starts roles whose flags were read by another command, in this JVM: on free ports of the loopback, with a memory log
     * of their own.
     *
     * @param home where the signing key is made
     */
    public static Future<Gateway> beside(List<Role> roles, Path home) {
        Serve serve = new Serve(roles);
        CommandLine command = new CommandLine(serve);
        command.parseArgs("--port", "0", "--management-port", "0", "--home", home.toString());
        return Gateway.start(serve.options, roles);
    }

    /** Starts the process in this JVM, from the same flags; for tests. */
    public static Future<Gateway> start(List<Role> available, String... args) {
        CommandLine command = command(available);
        command.setDefaultValueProvider(Settings.of(List.of(args), Map.of()));
        command.parseArgs(args);
        Serve serve = command.getCommand();
        return Gateway.start(serve.options, serve.chosen());
    }

    @Override
    public Integer call() throws Exception {
        if (spec.defaultValueProvider() instanceof Settings settings) {
            settings.refuseUnknownKeys(spec);
        }
        List<Role> chosen = chosen();
        Gateway gateway = Program.await(Gateway.start(options, chosen));
        Signals signals = Signals.listen();
        announce(gateway, chosen);
        signals.await();
        return stop(gateway);
    }

    private int stop(Gateway gateway) {
        try {
            long bound = options.drain.bound().toMillis();
            gateway.drain().toCompletionStage().toCompletableFuture().get(bound, TimeUnit.MILLISECONDS);
            return Program.OK;
        } catch (Exception e) {
            spec.commandLine().getErr().println("millrace: stopped without an orderly end: " + e);
            return Program.FAILED;
        }
    }

    private List<Role> chosen() {
        List<String> wanted = roles;
        if (wanted == null) {
            return available;
        }
        Map<String, Role> byName = available.stream().collect(Collectors.toMap(Role::name, role -> role));
        for (String name : wanted) {
            if (!byName.containsKey(name)) {
                throw new Misuse("--roles has '" + name + "', and this program has: "
                        + available.stream().map(Role::name).collect(Collectors.joining(", ")));
            }
        }
        // In our order and not in the caller's: the agent starts last and stops first.
        return available.stream().filter(role -> wanted.contains(role.name())).toList();
    }

    private void announce(Gateway gateway, List<Role> chosen) {
        String address =
                (options.tls.files().isPresent() ? "https://" : "http://") + options.host + ":" + gateway.port();
        PrintWriter out = spec.commandLine().getOut();
        out.println("Millrace " + Program.version() + " is ready.");
        out.println();
        line(out, "address", address);
        line(out, "health", "http://" + options.host + ":" + gateway.managementPort() + "/health/ready");
        line(out, "roles", chosen.stream().map(Role::name).collect(Collectors.joining(", ")));
        line(
                out,
                "data",
                options.home.toAbsolutePath().normalize() + " (the signing key; the log is in "
                        + options.node.redis().map(redis -> "Redis at " + redis).orElse("memory") + ")");
        chosen.stream().flatMap(role -> role.about().stream()).forEach(about -> out.println("  " + about));
        String token = token(gateway);
        if (has(chosen, "console")) {
            out.println();
            out.println("Open the console:");
            out.println();
            // In the fragment, which no browser sends: it is in no log of a server or a proxy.
            out.println("  " + address + "/" + (options.usesLocalKey() ? "#token=" + token : ""));
        }
        if (has(chosen, "chat")) {
            out.println();
            out.println("Ask it, and watch the answer stream:");
            out.println();
            out.println("  curl -N " + address + "/api/chat \\");
            out.println("    -H 'Authorization: Bearer " + token + "' \\");
            out.println("    -H 'Content-Type: application/json' \\");
            out.println("    -d '{\"message\":\"How do I resume a stream?\"}'");
        }
        out.flush();
    }

    private static boolean has(List<Role> chosen, String name) {
        return chosen.stream().anyMatch(role -> role.name().equals(name));
    }

    private static void line(PrintWriter out, String name, String value) {
        out.println("  %-10s %s".formatted(name, value));
    }

    /** A token for whoever stands at this terminal; with keys of their own, they have tokens of their own. */
    private String token(Gateway gateway) {
        if (!options.usesLocalKey()) {
            return "$TOKEN";
        }
        KeyFile key = KeyFile.openOrCreate(options.home);
        return TokenMint.create(gateway.vertx(), key, options.auth())
                .mint(System.getProperty("user.name", "local"), EnumSet.allOf(Scope.class), options.jwtMaxTtl);
    }
}
