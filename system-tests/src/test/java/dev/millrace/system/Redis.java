package dev.millrace.system;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis in a process of its own, on a port that was free. It may be killed and started again on its own files,
 * of which it has none unless its flags say so.
 */
final class Redis implements AutoCloseable {

    /** Keeps all that it acknowledged, whatever happens to the process. */
    static final String[] DURABLE = {"--appendonly", "yes", "--appendfsync", "always"};

    private static final int ATTEMPTS = 5;
    private static final int ANSWER_SECONDS = 30;

    private final List<String> command;
    private final int port;
    private Process process;

    private Redis(List<String> command, int port, Process process) {
        this.command = command;
        this.port = port;
        this.process = process;
    }

    /** @param flags as redis-server has them, such as {@code --requirepass} */
    static Redis start(Path folder, String... flags) throws IOException {
        String binary = binary();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = Ports.free();
            List<String> command = new ArrayList<>(List.of(binary, "--port", "" + port, "--bind", "127.0.0.1"));
            command.addAll(List.of("--dir", "" + folder, "--save", ""));
            command.addAll(List.of(flags));
            Process process = launch(command);
            if (isReady(process)) {
                return new Redis(command, port, process);
            }
        }
        throw new IOException("Redis does not start");
    }

    private static Process launch(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** It says so itself. Somebody may have taken the port between our asking and its binding: then it ends. */
    private static boolean isReady(Process process) throws IOException {
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.contains("eady to accept connections")) {
                Thread drain = new Thread(() -> said.lines().forEach(more -> {}), "redis-output");
                drain.setDaemon(true);
                drain.start();
                return true;
            }
        }
        return false;
    }

    /** The one on the PATH, else the one in the jar. */
    private static String binary() throws IOException {
        Optional<Path> onPath = OnPath.find("redis-server");
        if (onPath.isPresent()) {
            return onPath.get().toString();
        }
        File unpacked = ExecutableProvider.newJarResourceProvider().get();
        unpacked.deleteOnExit();
        return unpacked.toString();
    }

    int port() {
        return port;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** As if the machine had lost its power. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** After a kill: the same Redis, with what it has on disk. */
    void startAgain() throws IOException {
        process = launch(command);
        if (!isReady(process)) {
            throw new IOException("Redis does not start again on port " + port);
        }
    }

    /** It lives and keeps its connections, but does nothing until it is thawed. */
    void freeze() throws Exception {
        signal("STOP");
    }

    void thaw() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    }

    /** One command, on a connection of its own. */
    Response ask(Vertx vertx, String command, Object... arguments) {
        io.vertx.redis.client.Redis client = io.vertx.redis.client.Redis.createClient(
                vertx, new RedisOptions().setConnectionString(url()).setProtocolNegotiation(false));
        try {
            return client.send(Request.cmd(Command.create(command), arguments)).await(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("Redis does not answer", e);
        } finally {
            client.close();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
