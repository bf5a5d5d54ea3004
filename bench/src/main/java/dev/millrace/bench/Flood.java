package dev.millrace.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A process that floods chat while it is told to: {@code on} and {@code off} on its standard input. Each of its readers
 * asks for a finished run from its beginning, again and again; every tenth time it asks a question instead.
 */
public final class Flood {

    private static final int READERS = 64;
    private static final int ASKS_EVERY = 10;
    private static final int EVERY_TIME = 1;

    private final HttpClient http;
    private final int port;
    private final String token;
    private final int readers;
    private final int asksEvery;
    private volatile boolean on;
    private int requests;

    private Flood(HttpClient http, int port, String token, int readers, int asksEvery) {
        this.http = http;
        this.port = port;
        this.token = token;
        this.readers = readers;
        this.asksEvery = asksEvery;
    }

    /** @param args port, token, a run; then how many ask at once and only ask, unless it is 64 that mostly read */
    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        int readers = args.length > 3 ? Integer.parseInt(args[3]) : READERS;
        HttpClient http = vertx.createHttpClient(
                new HttpClientOptions(),
                new PoolOptions().setHttp1MaxSize(2 * readers).setEventLoopSize(1));
        int every = args.length > 3 ? EVERY_TIME : ASKS_EVERY;
        Flood flood = new Flood(http, Integer.parseInt(args[0]), args[1], readers, every);
        System.out.println("ready");
        BufferedReader told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = told.readLine(); line != null; line = told.readLine()) {
            boolean on = line.equals("on");
            vertx.runOnContext(go -> flood.turn(on, args[2]));
        }
        System.exit(0);
    }

    private void turn(boolean on, String run) {
        boolean begins = on && !this.on;
        this.on = on;
        for (int i = 0; begins && i < readers; i++) {
            next(run);
        }
    }

    /** What fails is followed by the next just as well: a flood does not mind. */
    private void next(String run) {
        if (on) {
            Future<Void> done = requests++ % asksEvery == 0 ? ask() : read(run);
            done.onComplete(over -> next(run));
        }
    }

    private Future<Void> read(String run) {
        RequestOptions options = options(HttpMethod.GET, "/api/chat/" + run).putHeader("Last-Event-ID", "0-0");
        return http.request(options)
                .compose(request -> request.send().compose(HttpClientResponse::body))
                .mapEmpty();
    }

    private Future<Void> ask() {
        Buffer question =
                new JsonObject().put("message", "How do I resume a stream?").toBuffer();
        RequestOptions options = options(HttpMethod.POST, "/api/chat").putHeader("Content-Type", "application/json");
        return http.request(options)
                .compose(request -> request.send(question).compose(HttpClientResponse::body))
                .mapEmpty();
    }

    private RequestOptions options(HttpMethod method, String path) {
        return new RequestOptions()
                .setMethod(method)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(path)
                .putHeader("Authorization", "Bearer " + token);
    }
}
