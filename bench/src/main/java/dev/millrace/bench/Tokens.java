package dev.millrace.bench;

import dev.millrace.launch.Program;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * What the gateway adds to each token of a model's server: the same streams are read from that server itself, through one
 * process with its log in memory, and through two processes and a Redis, in turn. Nothing is pinned.
 */
final class Tokens implements Benchmark {

    private static final String DIRECT = "direct";
    private static final String ONE = "one JVM";
    private static final String TWO = "two JVMs, Redis";

    @Override
    public String name() {
        return "tokens";
    }

    @Override
    public String arguments() {
        return "[STREAMS [ROUNDS [SECONDS]]]";
    }

    @Override
    public List<String> about() {
        return List.of(
                "what is added to each token and to the first, from the model's socket to the",
                "client's, with STREAMS at once (1000 unless given) of 50 tokens a second:",
                "at least 5 ROUNDS (5 unless given) of SECONDS (6 unless given) each");
    }

    @Override
    public Report run(Path jar, Typed typed) throws Exception {
        typed.atMost(3);
        int streams = typed.number(0, 1_000, 1);
        int rounds = typed.number(1, 5, 5);
        int seconds = typed.number(2, 6, 1);
        JsonObject machine = Machine.describe().put("streams", streams).put("seconds", seconds);
        try (Rig rig = new Rig(jar, false, Machine.ANY)) {
            int port = Rig.freePort();
            Pinned upstream = rig.program(Upstream.class, Machine.ANY, "" + port);
            List<Way> ways = ways(rig, port, streams);
            Streams reader = new Streams(rig.vertx());
            for (Way way : ways) { // warms what is measured, and who measures
                Program.await(way.read(reader, streams, seconds));
            }
            Report report = new Report(
                    "tokens", "Milliseconds of each token from the model's socket to the client's, and CPUs", machine);
            for (int round = 0; round < rounds; round++) {
                for (Way way : ways) {
                    report.round(way.name, figures(way, upstream, reader, streams, seconds));
                }
                System.err.println("round " + (round + 1) + " of " + rounds);
            }
            for (String way : List.of(ONE, TWO)) {
                for (String column : List.of("p50", "p99", "first p50")) {
                    report.result(
                            way + ", added to " + column, report.median(way, column) - report.median(DIRECT, column));
                }
            }
            return report;
        }
    }

    /** One way to the same answers, and the processes on it. */
    private record Way(String name, int port, IntFunction<Buffer> request, List<Pinned> processes) {

        Future<Streams.Taken> read(Streams reader, int streams, int seconds) {
            return reader.read(streams, seconds, port, request);
        }

        double cpu() throws IOException {
            double all = 0;
            for (Pinned process : processes) {
                all += process.cpuSeconds();
            }
            return all;
        }
    }

    private static List<Way> ways(Rig rig, int upstream, int streams) throws Exception {
        String[] model = {
            "--model-url",
            "http://127.0.0.1:" + upstream + "/v1",
            "--model",
            "m",
            "--max-runs",
            "" + 2 * streams,
            "--docs",
            rig.project("docs")
        };
        String token = rig.token();
        Rig.Listening one = rig.node("chat,agent", Machine.ANY, List.of(model));
        Rig.Listening redis = rig.redisProcess(Machine.ANY);
        Rig.Members members = rig.new Members(redis.port(), 2);
        Rig.Listening agent = members.node("agent", Machine.ANY, model);
        Rig.Listening chat = members.node("chat", Machine.ANY);
        List<Way> ways = new ArrayList<>();
        ways.add(new Way(DIRECT, upstream, tokens -> post("/v1/chat/completions", "none", direct(tokens)), List.of()));
        ways.add(
                new Way(ONE, one.port(), tokens -> post("/api/chat", token, question(tokens)), List.of(one.process())));
        ways.add(new Way(
                TWO,
                chat.port(),
                tokens -> post("/api/chat", token, question(tokens)),
                List.of(chat.process(), agent.process(), redis.process())));
        return ways;
    }

    private static JsonObject direct(int tokens) {
        return new JsonObject()
                .put("model", "m")
                .put("stream", true)
                .put(
                        "messages",
                        new JsonArray().add(new JsonObject().put("role", "user").put("content", "tokens=" + tokens)));
    }

    private static JsonObject question(int tokens) {
        return new JsonObject().put("message", "tokens=" + tokens).put("tools", new JsonArray());
    }

    private static Buffer post(String path, String token, JsonObject body) {
        Buffer json = body.toBuffer();
        return Buffer.buffer("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                        + "Accept: text/event-stream\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                        + token
                        + "\r\nContent-Length: " + json.length() + "\r\n\r\n")
                .appendBuffer(json);
    }

    private static Map<String, Double> figures(Way way, Pinned upstream, Streams reader, int streams, int seconds)
            throws Exception {
        double gateway = way.cpu();
        double model = upstream.cpuSeconds();
        double mine = Machine.myCpuSeconds();
        long begin = System.nanoTime();
        Streams.Taken taken = Program.await(way.read(reader, streams, seconds));
        double elapsed = (System.nanoTime() - begin) / 1e9;
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("tokens", (double) taken.count());
        taken.tokens().into(figures);
        figures.put("first p50", taken.first().millis(0.5));
        figures.put("first p99", taken.first().millis(0.99));
        figures.put("cut", (double) taken.cut());
        figures.put("gateway CPU", (way.cpu() - gateway) / elapsed);
        figures.put("model CPU", (upstream.cpuSeconds() - model) / elapsed);
        figures.put("client CPU", (Machine.myCpuSeconds() - mine) / elapsed);
        return figures;
    }
}
