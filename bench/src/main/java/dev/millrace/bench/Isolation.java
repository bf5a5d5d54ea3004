package dev.millrace.bench;

import dev.millrace.auth.AuthOptions;
import dev.millrace.auth.KeyFile;
import dev.millrace.auth.Scope;
import dev.millrace.auth.TokenMint;
import dev.millrace.launch.Program;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
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

/**
 * What a flood on chat costs events. Redis, an agent, a node for chat and a node for events are processes of their own;
 * who floods chat is another. Chat, the agent and the flood share one core; events, Redis and who measures share the
 * next: on fewer cores than there are processes anything else would measure the scheduler.
 */
final class Isolation implements AutoCloseable {

    private static final int CHAT_CORE = 0;
    private static final int EVENTS_CORE = 1;
    private static final int WARM_UP_SECONDS = 5;

    private final List<AutoCloseable> started = new ArrayList<>();
    private final Path home = Files.createTempDirectory("millrace-bench");
    private final boolean pinned = Machine.canPin();
    private final JsonObject machine = Machine.describe();
    private final Vertx vertx;
    private final Pinned chat;
    private final Process flood;
    private final Delivery delivery;

    private Isolation(Path jar) throws Exception {
        if (pinned) {
            Machine.pinMe(EVENTS_CORE);
        }
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        keep(() -> Program.await(vertx.close()));
        int redis = freePort();
        redis(redis);
        List<Integer> members = List.of(freePort(), freePort(), freePort());
        int eventsPort = freePort();
        int chatPort = freePort();
        Node node = new Node(jar, redis, members);
        node.start(0, "events", eventsPort, EVENTS_CORE);
        node.start(1, "agent", freePort(), CHAT_CORE, "--token-pace", "0");
        chat = node.start(2, "chat", chatPort, CHAT_CORE);
        String token = token();
        flood = flood(chatPort, token, finishedRun(chatPort, token));
        delivery = new Delivery(vertx, eventsPort, token);
        Program.await(delivery.open());
    }

    /** Starts everything. */
    static Isolation start(Path jar) throws Exception {
        return new Isolation(jar);
    }

    private <T extends AutoCloseable> T keep(T resource) {
        started.add(resource);
        return resource;
    }

    private int core(int wanted) {
        return pinned ? wanted : Machine.ANY;
    }

    private void redis(int port) throws IOException {
        keep(Pinned.start(
                core(EVENTS_CORE),
                "eady to accept connections",
                List.of("redis-server", "--port", "" + port, "--bind", "127.0.0.1", "--save", "", "--dir", "" + home)));
    }

    /** What the nodes have in common. */
    private final class Node {

        private final Path jar;
        private final int redis;
        private final List<Integer> members;

        Node(Path jar, int redis, List<Integer> members) {
            this.jar = jar;
            this.redis = redis;
            this.members = members;
        }

        Pinned start(int member, String role, int port, int core, String... flags) throws IOException {
            Path project = Objects.requireNonNull(jar.toAbsolutePath().getParent())
                    .resolve("../..")
                    .normalize();
            List<String> command = new ArrayList<>(List.of(java(), "-jar", jar.toString(), "serve", "--roles", role));
            command.addAll(List.of("--port", "" + port, "--management-port", "0", "--home", home.toString()));
            command.addAll(List.of("--docs", project.resolve("docs").toString()));
            command.addAll(List.of("--redis", "redis://127.0.0.1:" + redis));
            command.addAll(List.of("--cluster", project.resolve("cluster.xml").toString()));
            command.addAll(List.of("--cluster-port", "" + members.get(member), "--cluster-members"));
            command.add(String.join(
                    ",", members.stream().map(each -> "127.0.0.1:" + each).toList()));
            command.addAll(List.of(flags));
            return keep(Pinned.start(core(core), "roles", command));
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private String token() {
        KeyFile key = KeyFile.openOrCreate(home);
        return TokenMint.create(vertx, key, AuthOptions.ofKeyFile(key.path()))
                .mint("bench", EnumSet.allOf(Scope.class), Duration.ofHours(12));
    }

    private String finishedRun(int port, String token) throws Exception {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/api/chat")
                .putHeader("Content-Type", "application/json")
                .putHeader("Authorization", "Bearer " + token);
        Buffer question =
                new JsonObject().put("message", "How do I resume a stream?").toBuffer();
        HttpClient http = vertx.createHttpClient();
        keep(() -> Program.await(http.close())); // kept also because a client that nobody holds is closed
        return Program.await(http.request(options)
                .compose(request -> request.send(question).compose((HttpClientResponse response) -> response.body()
                        .map(whole -> response.getHeader("X-Run-Id")))));
    }

    private Process flood(int port, String token, String run) throws IOException {
        List<String> command = new ArrayList<>();
        if (pinned) {
            command.addAll(List.of("taskset", "-c", "" + CHAT_CORE));
        }
        command.addAll(List.of(java(), "-cp", System.getProperty("java.class.path"), Flood.class.getName()));
        command.addAll(List.of("" + port, token, run));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        keep(() -> process.destroyForcibly().onExit().join());
        return process;
    }

    /** Quiet and flooded in turn, so that what changes on the machine meanwhile changes both. */
    Figures measure(int rounds, int seconds) throws Exception {
        turn("on");
        Program.await(delivery.measure(WARM_UP_SECONDS));
        turn("off");
        Program.await(delivery.measure(WARM_UP_SECONDS));
        Figures figures = new Figures(machine.put("pinned", pinned), seconds);
        for (int round = 0; round < rounds; round++) {
            figures.quiet(figure(seconds));
            turn("on");
            figures.flooded(figure(seconds));
            turn("off");
            System.err.println("round " + (round + 1) + " of " + rounds);
        }
        return figures;
    }

    private Figures.Figure figure(int seconds) throws Exception {
        double cpu = chat.cpuSeconds();
        long begin = System.nanoTime();
        long[] latencies = Program.await(delivery.measure(seconds));
        double share = (chat.cpuSeconds() - cpu) / ((System.nanoTime() - begin) / 1e9);
        return new Figures.Figure(
                latencies.length,
                Delivery.millis(latencies, 0.5),
                Delivery.millis(latencies, 0.99),
                Delivery.millis(latencies, 1),
                share);
    }

    private void turn(String onOrOff) throws IOException {
        flood.outputWriter().write(onOrOff + "\n");
        flood.outputWriter().flush();
    }

    private static int freePort() throws IOException {
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
