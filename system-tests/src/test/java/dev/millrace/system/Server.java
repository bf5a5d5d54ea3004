package dev.millrace.system;

import dev.millrace.app.Main;
import dev.millrace.auth.Caller;
import dev.millrace.auth.Scope;
import dev.millrace.launch.Gateway;
import dev.millrace.launch.Program;
import dev.millrace.launch.Role;
import dev.millrace.launch.Serve;
import dev.millrace.log.MemoryLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A whole process in this JVM, on ports the system chose, and clients of it. */
final class Server implements AutoCloseable {

    private final Gateway gateway;
    private final Callers callers;

    private Server(Gateway gateway, Path home) {
        this.gateway = gateway;
        this.callers = new Callers(home);
    }

    /** All four roles over the {@link Library}, under {@code folder}. Flags given here win over those of ours. */
    static Server start(Path folder, String... flags) throws Exception {
        return start(
                Main.roles(),
                folder,
                with(flags, "--docs", Library.writeTo(folder.resolve("docs")), "--token-pace", 0));
    }

    /** The roles given, with no flags but these. */
    static Server start(List<Role> roles, Path folder, String... flags) throws Exception {
        Path home = folder.resolve("home");
        String[] all = with(flags, "--port", 0, "--management-port", 0, "--home", home);
        return new Server(Program.await(Serve.start(roles, all)), home);
    }

    private static String[] with(String[] flags, Object... defaults) {
        List<String> all = new ArrayList<>(List.of(flags));
        for (int i = 0; i < defaults.length; i += 2) {
            if (!all.contains(String.valueOf(defaults[i]))) {
                all.add(String.valueOf(defaults[i]));
                all.add(String.valueOf(defaults[i + 1]));
            }
        }
        return all.toArray(String[]::new);
    }

    Gateway gateway() {
        return gateway;
    }

    MemoryLog log() {
        return gateway.log();
    }

    int port() {
        return gateway.port();
    }

    String token(String tenant, String subject, Duration ttl) {
        return callers.token(tenant, subject, ttl);
    }

    /** Somebody with every scope. */
    SseClient client(String subject) {
        return client(Caller.DEFAULT_TENANT, subject);
    }

    SseClient client(String tenant, String subject) {
        return clientWith(token(tenant, subject, Duration.ofHours(1)));
    }

    SseClient client(String subject, Set<Scope> scopes) {
        return clientWith(callers.token(subject, scopes));
    }

    SseClient clientWith(String token) {
        return callers.at(port(), token);
    }

    /** Waits for what will be true soon, such as a connection the other side has yet to notice is gone. */
    static void eventually(String what, java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("never came: " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(500_000);
        }
    }

    /** Nobody reads any more: no tail, no window, no open response, no timer. */
    void awaitQuiet() {
        eventually(
                "the end of every reader",
                () -> log().tails() == 0
                        && log().windows() == 0
                        && gateway.heartbeats().open() == 0
                        && gateway.heartbeats().timers() == 0);
    }

    @Override
    public void close() throws Exception {
        Program.await(gateway.close());
        callers.close();
    }
}
