package dev.millrace.bench;

import dev.millrace.launch.Program;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a flood on chat costs events. Redis, an agent, a node for chat and a node for events are processes of their own;
 * who floods chat is another. Chat, the agent and the flood share one core; events, Redis and who measures share the
 * next: on fewer cores than there are processes anything else would measure the scheduler.
 */
final class Isolation implements Benchmark {

    private static final int CHAT_CORE = 0;
    private static final int EVENTS_CORE = 1;
    private static final int WARM_UP_SECONDS = 5;
    private static final String QUIET = "quiet";
    private static final String FLOODED = "flooded";

    @Override
    public String name() {
        return "isolation";
    }

    @Override
    public String arguments() {
        return "[ROUNDS [SECONDS]]";
    }

    @Override
    public List<String> about() {
        return List.of(
                "how long events take to their readers, while chat is quiet and while it is",
                "flooded: at least 5 ROUNDS (5 unless given) of SECONDS (6 unless given) each");
    }

    @Override
    public Report run(Path jar, Typed typed) throws Exception {
        typed.atMost(2);
        int rounds = typed.number(0, 5, 5);
        int seconds = typed.number(1, 6, 1);
        JsonObject machine = Machine.describe();
        try (Rig rig = new Rig(jar, true, EVENTS_CORE)) {
            Rig.Members members = rig.new Members(rig.redis(EVENTS_CORE), 3);
            String docs = rig.project("docs");
            Rig.Listening events = members.node("events", EVENTS_CORE);
            members.node("agent", CHAT_CORE, "--token-pace", "0", "--docs", docs);
            Rig.Listening chat = members.node("chat", CHAT_CORE);
            String token = rig.token();
            Pinned flood = rig.program(
                    Flood.class, CHAT_CORE, "" + chat.port(), token, finishedRun(rig.vertx(), chat.port(), token));
            Delivery delivery = new Delivery(rig.vertx(), events.port(), token);
            Program.await(delivery.open());
            machine.put("pinned", rig.pinned()).put("seconds", seconds);
            return new Rounds(chat.process(), flood, delivery).measure(rounds, seconds, machine);
        }
    }

    private static String finishedRun(Vertx vertx, int port, String token) throws Exception {
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
        try {
            return Program.await(http.request(options)
                    .compose(request -> request.send(question).compose((HttpClientResponse response) -> response.body()
                            .map(whole -> response.getHeader("X-Run-Id")))));
        } finally {
            Program.await(http.close());
        }
    }

    /** Quiet and flooded in turn, so that what changes on the machine meanwhile changes both. */
    private record Rounds(Pinned chat, Pinned flood, Delivery delivery) {

        Report measure(int rounds, int seconds, JsonObject machine) throws Exception {
            flood.tell("on");
            Program.await(delivery.measure(WARM_UP_SECONDS));
            flood.tell("off");
            Program.await(delivery.measure(WARM_UP_SECONDS));
            Report report = new Report(
                    "isolation", "Delivery of events, milliseconds from publishing to each of the readers", machine);
            for (int round = 0; round < rounds; round++) {
                report.round(QUIET, figures(seconds));
                flood.tell("on");
                report.round(FLOODED, figures(seconds));
                flood.tell("off");
                System.err.println("round " + (round + 1) + " of " + rounds);
            }
            report.result("p99 flooded / quiet", report.median(FLOODED, "p99") / report.median(QUIET, "p99"));
            return report;
        }

        private Map<String, Double> figures(int seconds) throws Exception {
            double cpu = chat.cpuSeconds();
            long begin = System.nanoTime();
            long[] latencies = Program.await(delivery.measure(seconds));
            double share = (chat.cpuSeconds() - cpu) / ((System.nanoTime() - begin) / 1e9);
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("events*readers", (double) latencies.length);
            Latencies.of(latencies).into(figures);
            figures.put("chat's CPU", share);
            return figures;
        }
    }
}
