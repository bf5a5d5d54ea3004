package dev.millrace.bench;

import dev.millrace.auth.AuthOptions;
import dev.millrace.auth.KeyFile;
import dev.millrace.auth.Scope;
import dev.millrace.auth.TokenMint;
import dev.millrace.launch.Program;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;

/** The processes of a benchmark: real ones, pinned to cores where the machine can, and all gone in the end. */
final class Rig implements AutoCloseable {

    private final List<AutoCloseable> started = new ArrayList<>();
    private final Path home = Files.createTempDirectory("millrace-bench");
    private final Path jar;
    private final boolean pinned;
    private final Vertx vertx;

    /**
     * @param jar of the program
     * @param pins whether cores are given out at all
     * @param mine the core of whoever measures; {@link Machine#ANY} leaves it to the system
     */
    Rig(Path jar, boolean pins, int mine) throws IOException, InterruptedException {
        this.jar = jar;
        this.pinned = pins && Machine.canPin();
        if (pinned && mine != Machine.ANY) {
            Machine.pinMe(mine);
        }
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        keep(() -> Program.await(vertx.close()));
    }

    /** Of one event loop. */
    Vertx vertx() {
        return vertx;
    }

    boolean pinned() {
        return pinned;
    }

    /** Closes it in the end, before all that was kept earlier. */
    <T extends AutoCloseable> T keep(T resource) {
        started.add(resource);
        return resource;
    }

    /** A Redis without files. */
    int redis(int core) throws IOException {
        return redisProcess(core).port();
    }

    /** A process of ours or of Redis, and where it listens. */
    record Listening(Pinned process, int port) {

        String url() {
            return "http://127.0.0.1:" + port;
        }
    }

    Listening redisProcess(int core) throws IOException {
        int port = freePort();
        return new Listening(
                keep(Pinned.start(
                        core(core),
                        "eady to accept connections",
                        List.of(
                                "redis-server",
                                "--port",
                                "" + port,
                                "--bind",
                                "127.0.0.1",
                                "--save",
                                "",
                                "--dir",
                                "" + home))),
                port);
    }

    /** A node of these roles, over the project's own documents. */
    Listening node(String roles, int core, List<String> flags) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(java(), "-jar", jar.toString(), "serve", "--roles", roles));
        command.addAll(List.of("--port", "" + port, "--management-port", "0", "--home", home.toString()));
        command.addAll(flags);
        return new Listening(keep(Pinned.start(core(core), "roles", command)), port);
    }

    /** What nodes of a cluster have in common: a Redis, and each other. */
    final class Members {

        private final int redis;
        private final List<Integer> ports = new ArrayList<>();
        private int next;

        Members(int redis, int count) throws IOException {
            this.redis = redis;
            for (int i = 0; i < count; i++) {
                ports.add(freePort());
            }
        }

        Listening node(String roles, int core, String... flags) throws IOException {
            List<String> all = new ArrayList<>(List.of("--redis", "redis://127.0.0.1:" + redis));
            all.addAll(List.of("--cluster", project("cluster.xml"), "--cluster-port", "" + ports.get(next++)));
            all.add("--cluster-members");
            all.add(String.join(
                    ",", ports.stream().map(each -> "127.0.0.1:" + each).toList()));
            all.addAll(List.of(flags));
            return Rig.this.node(roles, core, all);
        }
    }

    /** A file of the project. */
    String project(String name) {
        return Objects.requireNonNull(jar.toAbsolutePath().getParent())
                .resolve("../..")
                .normalize()
                .resolve(name)
                .toString();
    }

    /** Another program of the benchmark's, started when it says that it is ready. */
    Pinned program(Class<?> main, int core, String... args) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(java(), "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        return keep(Pinned.start(core(core), "ready", command));
    }

    private int core(int wanted) {
        return pinned ? wanted : Machine.ANY;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** For everything. */
    String token() {
        KeyFile key = KeyFile.openOrCreate(home);
        return TokenMint.create(vertx, key, AuthOptions.ofKeyFile(key.path()))
                .mint("bench", EnumSet.allOf(Scope.class), Duration.ofHours(12));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws Exception {
        Collections.reverse(started);
        for (AutoCloseable each : started) {
            each.close();
        }
    }
}
