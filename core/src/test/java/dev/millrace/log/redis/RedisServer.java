package dev.millrace.log.redis;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Redis, whose process the test owns: it may be killed, stopped and started again on its own files. Ready means
 * that it said so, for nothing here sleeps.
 */
final class RedisServer implements BeforeAllCallback, AfterAllCallback, AutoCloseable {

    private final @Nullable RedisBinary binary;
    private final @Nullable String givenUrl;
    private final List<String> arguments;
    private @Nullable Path sentinelSettings;
    private @Nullable Path directory;
    private @Nullable Process process;
    private int port;

    private RedisServer(@Nullable RedisBinary binary, @Nullable String givenUrl, List<String> arguments) {
        this.binary = binary;
        this.givenUrl = givenUrl;
        this.arguments = arguments;
    }

    /** The one of the environment, else an own process of the newest there is. */
    static RedisServer given() {
        String url = System.getenv("TEST_REDIS_URL");
        return url != null ? new RedisServer(null, url, List.of()) : of(RedisBinary.newest());
    }

    static RedisServer of(@Nullable RedisBinary binary, String... arguments) {
        return new RedisServer(binary, null, List.of(arguments));
    }

    static RedisServer started(String... arguments) throws IOException {
        RedisServer server = of(RedisBinary.newest(), arguments);
        server.start();
        return server;
    }

    /** One that watches a master called main, and thinks fast. */
    static RedisServer sentinel(int master) throws IOException {
        Path settings = Files.createTempFile("millrace-sentinel", ".conf");
        Files.writeString(settings, """
                sentinel monitor main 127.0.0.1 %d 1
                sentinel down-after-milliseconds main 500
                sentinel failover-timeout main 5000
                """.formatted(master));
        settings.toFile().deleteOnExit();
        RedisServer server = new RedisServer(RedisBinary.newest(), null, List.of());
        server.sentinelSettings = settings;
        server.start();
        return server;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        start();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        close();
    }

    String url() {
        return givenUrl != null ? givenUrl : "redis://127.0.0.1:" + port;
    }

    RedisEndpoint endpoint() {
        return RedisEndpoint.parse(url());
    }

    int port() {
        return port;
    }

    void start() throws IOException {
        if (givenUrl != null) {
            System.out.println("Redis: $TEST_REDIS_URL");
            return;
        }
        Assumptions.assumeTrue(binary != null, "no redis-server on the PATH, and the one in the jar does not run here");
        if (directory == null) {
            directory = Files.createTempDirectory("millrace-redis");
            System.out.println("Redis: " + binary);
        }
        for (int attempt = 0; attempt < 5; attempt++) {
            if (port == 0) {
                port = freePort();
            }
            if (launch()) {
                return;
            }
            port = 0; // somebody else took it between our asking and its binding
        }
        throw new IOException("Redis does not start");
    }

    private boolean launch() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(java.util.Objects.requireNonNull(binary).path().toString());
        if (sentinelSettings != null) {
            command.addAll(List.of(sentinelSettings.toString(), "--sentinel"));
        }
        command.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1", "--dir", "" + directory));
        if (sentinelSettings == null) {
            command.addAll(List.of("--save", "", "--appendonly", "yes", "--appendfsync", "always"));
            command.addAll(List.of("--repl-diskless-sync-delay", "0"));
        }
        command.addAll(arguments);
        Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
        process = started;
        BufferedReader said = started.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.contains("eady to accept connections") || line.contains("Sentinel ID is")) {
                Thread drain = new Thread(() -> said.lines().forEach(more -> {}), "redis-output");
                drain.setDaemon(true);
                drain.start();
                return true;
            }
        }
        return false;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** As if the machine had lost its power. */
    void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().onExit().join();
        }
    }

    /** It lives and keeps its sockets, but does nothing. */
    void freeze() throws Exception {
        signal("STOP");
    }

    void thaw() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        long pid = java.util.Objects.requireNonNull(process).pid();
        new ProcessBuilder("kill", "-" + name, "" + pid).start().waitFor();
    }

    Response ask(Vertx vertx, String command, Object... arguments) {
        return ask(vertx, endpoint(), command, arguments);
    }

    static Response ask(Vertx vertx, RedisEndpoint endpoint, String command, Object... arguments) {
        Redis client = Redis.createClient(vertx, endpoint.options());
        try {
            return client.send(Request.cmd(Command.create(command), arguments)).await(30, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("Redis does not answer", e);
        } finally {
            client.close();
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        Path used = directory;
        if (used != null) {
            try (Stream<Path> files = Files.walk(used)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }
}
