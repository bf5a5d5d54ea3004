package dev.millrace.bench;

import dev.millrace.launch.Program;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.regex.Pattern;

/**
 * How soon a model's server is left alone: from the sending of a DELETE to the end of the connection to the model. The
 * model is a stand-in in this process, which begins an answer and never ends it. Each run is cancelled at the node where
 * it was asked, and then another at the other node, with the agent in a process of its own.
 */
final class Cancel implements Benchmark {

    private static final Pattern WHOLE = Pattern.compile("(?s).*\r\n\r\n\\{.*}");
    private static final Buffer BEGINNING =
            Buffer.buffer("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {\"choices\":[{\"index\":0,"
                    + "\"delta\":{\"content\":\"Well, \"},\"finish_reason\":null}]}\n\n");

    private final Queue<Promise<Long>> awaited = new ArrayDeque<>();

    @Override
    public String name() {
        return "cancel";
    }

    @Override
    public String arguments() {
        return "[ROUNDS [RUNS]]";
    }

    @Override
    public List<String> about() {
        return List.of(
                "how soon the connection to the model is closed after a DELETE, on the node of",
                "the question and on another: at least 5 ROUNDS (5 unless given) of RUNS (200",
                "unless given) each");
    }

    @Override
    public Report run(Path jar, Typed typed) throws Exception {
        typed.atMost(2);
        int rounds = typed.number(0, 5, 5);
        int runs = typed.number(1, 200, 1);
        JsonObject machine = Machine.describe().put("runs", runs);
        try (Rig rig = new Rig(jar, false, Machine.ANY)) {
            int model = Program.await(serve(rig.vertx()));
            Rig.Members members = rig.new Members(rig.redis(Machine.ANY), 3);
            members.node(
                    "agent",
                    Machine.ANY,
                    "--model-url",
                    "http://127.0.0.1:" + model + "/v1",
                    "--model",
                    "m",
                    "--docs",
                    rig.project("docs"));
            int here = members.node("chat", Machine.ANY).port();
            int there = members.node("chat", Machine.ANY).port();
            HttpClient http =
                    rig.vertx().createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(64));
            Asking asking = new Asking(http, here, rig.token());
            measure(asking, here, runs);
            measure(asking, there, runs);
            Report report =
                    new Report("cancel", "Milliseconds from a DELETE to the end of the model's connection", machine);
            for (int round = 0; round < rounds; round++) {
                report.round("same node", measure(asking, here, runs));
                report.round("another node", measure(asking, there, runs));
                System.err.println("round " + (round + 1) + " of " + rounds);
            }
            return report;
        }
    }

    private Future<Integer> serve(Vertx vertx) {
        return vertx.createNetServer()
                .connectHandler(this::connected)
                .listen(0, "127.0.0.1")
                .map(io.vertx.core.net.NetServer::actualPort);
    }

    private void connected(NetSocket socket) {
        Buffer received = Buffer.buffer();
        socket.exceptionHandler(reset -> {});
        socket.closeHandler(closed -> {
            Promise<Long> next = awaited.poll();
            if (next != null) {
                next.complete(System.nanoTime());
            }
        });
        socket.handler(bytes -> {
            received.appendBuffer(bytes);
            if (WHOLE.matcher(received.toString()).matches()) {
                socket.write(BEGINNING);
            }
        });
    }

    private Map<String, Double> measure(Asking asking, int port, int runs) throws Exception {
        long[] took = new long[runs];
        for (int i = 0; i < runs; i++) {
            took[i] = Program.await(asking.begin().compose(run -> cancel(asking, port, run)));
        }
        Arrays.sort(took);
        Map<String, Double> figures = new LinkedHashMap<>();
        Latencies.of(took).into(figures);
        figures.put("over 100 ms", (double)
                Arrays.stream(took).filter(nanos -> nanos > 100_000_000).count());
        return figures;
    }

    /** One after the other, so the connection that ends is that of this run. */
    private Future<Long> cancel(Asking asking, int port, String run) {
        Promise<Long> closed = Promise.promise();
        awaited.add(closed);
        long asked = System.nanoTime();
        return asking.cancel(port, run).compose(accepted -> closed.future()).map(at -> at - asked);
    }

    /** Somebody who asks and cancels. */
    private record Asking(HttpClient http, int port, String token) {

        /** The run, when its first token has come; the rest of its stream is read on. */
        Future<String> begin() {
            Buffer question = new JsonObject()
                    .put("message", "Tell me all.")
                    .put("tools", new JsonArray())
                    .toBuffer();
            Promise<String> begun = Promise.promise();
            http.request(options(HttpMethod.POST, port, "/api/chat").putHeader("Content-Type", "application/json"))
                    .compose(request -> request.send(question).map(response -> read(response, begun)))
                    .onFailure(begun::tryFail);
            return begun.future();
        }

        private static HttpClientResponse read(HttpClientResponse response, Promise<String> begun) {
            Buffer all = Buffer.buffer();
            return response.handler(bytes -> {
                if (all.appendBuffer(bytes).toString().contains("event: token")) {
                    begun.tryComplete(response.getHeader("X-Run-Id"));
                }
            });
        }

        Future<Void> cancel(int port, String run) {
            return http.request(options(HttpMethod.DELETE, port, "/api/chat/" + run))
                    .compose(request -> request.send().compose(response -> response.body()
                            .compose(body -> response.statusCode() == 202
                                    ? Future.<Void>succeededFuture()
                                    : Future.failedFuture(response.statusCode() + " " + body))));
        }

        private RequestOptions options(HttpMethod method, int port, String path) {
            return new RequestOptions()
                    .setMethod(method)
                    .setHost("127.0.0.1")
                    .setPort(port)
                    .setURI(path)
                    .putHeader("Authorization", "Bearer " + token);
        }
    }
}
