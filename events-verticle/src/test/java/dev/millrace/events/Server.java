package dev.millrace.events;

import dev.millrace.auth.AuthOptions;
import dev.millrace.auth.FeedRights;
import dev.millrace.auth.KeyFile;
import dev.millrace.auth.Scope;
import dev.millrace.auth.TokenMint;
import dev.millrace.launch.Gateway;
import dev.millrace.launch.Program;
import dev.millrace.launch.Serve;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The events role as a process in this JVM, on ports the system chose, and whoever calls it. */
final class Server implements AutoCloseable {

    static final String SINGLE = "application/cloudevents+json";
    static final String BATCH = "application/cloudevents-batch+json";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(200));
    private final Gateway gateway;
    private final TokenMint mint;

    private Server(Gateway gateway, Path home) {
        this.gateway = gateway;
        KeyFile key = KeyFile.openOrCreate(home);
        this.mint = TokenMint.create(vertx, key, AuthOptions.ofKeyFile(key.path()));
    }

    static Server start(Path home, String... flags) throws Exception {
        List<String> all = new ArrayList<>(List.of(flags));
        all.addAll(List.of("--port", "0", "--management-port", "0", "--home", home.toString()));
        return new Server(Program.await(Serve.start(List.of(new EventsRole()), all.toArray(String[]::new))), home);
    }

    Gateway gateway() {
        return gateway;
    }

    String token(String tenant, FeedRights rights, Duration ttl, Scope... scopes) {
        EnumSet<Scope> set = EnumSet.noneOf(Scope.class);
        set.addAll(List.of(scopes));
        return mint.mint(tenant, "ann", set, rights, ttl);
    }

    String token(String tenant) {
        return token(tenant, FeedRights.ALL, Duration.ofHours(1), Scope.values());
    }

    record Reply(int status, String type, Buffer body) {

        JsonObject json() {
            return new JsonObject(body);
        }

        String code() {
            return json().getString("code");
        }
    }

    /** @param token empty for none */
    Reply call(HttpMethod method, String path, String token, String mediaType, String body) throws Exception {
        return await(send(method, path, token, mediaType, body, response -> response.body()
                .map(bytes ->
                        new Reply(response.statusCode(), String.valueOf(response.getHeader("Content-Type")), bytes))));
    }

    /**
     * @param read composed inside of the request's callback, on its event loop: composed outside, it could come too late,
     *     and a response that nobody reads when it comes is lost
     */
    private <T> Future<T> send(
            HttpMethod method,
            String path,
            String token,
            String mediaType,
            String body,
            Function<HttpClientResponse, Future<T>> read,
            String... headers) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost("127.0.0.1")
                .setPort(gateway.port())
                .setURI("/api/events" + path);
        if (!token.isEmpty()) {
            options.putHeader("Authorization", "Bearer " + token);
        }
        if (!mediaType.isEmpty()) {
            options.putHeader("Content-Type", mediaType);
        }
        for (int i = 0; i < headers.length; i += 2) {
            options.putHeader(headers[i], headers[i + 1]);
        }
        return http.request(options)
                .compose(request -> (body.isEmpty() ? request.send() : request.send(body)).compose(read));
    }

    Reply get(String path, String token) throws Exception {
        return call(HttpMethod.GET, path, token, "", "");
    }

    Reply publish(String query, String token, String body) throws Exception {
        return call(HttpMethod.POST, query, token, body.startsWith("[") ? BATCH : SINGLE, body);
    }

    Reply commit(String path, String token, String body) throws Exception {
        return call(HttpMethod.PUT, "/consumers/" + path, token, "application/json", body);
    }

    /** Opens a stream and keeps what it says. */
    Wire stream(String query, String token, String... headers) throws Exception {
        return await(send(
                HttpMethod.GET, query, token, "", "", response -> Future.succeededFuture(new Wire(response)), headers));
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        await(gateway.close());
        await(vertx.close());
    }

    /** What a stream said so far. */
    static final class Wire {

        private final HttpClientResponse response;
        private final StringBuilder text = new StringBuilder();

        Wire(HttpClientResponse response) {
            this.response = response;
            response.exceptionHandler(broken -> {});
            response.handler(chunk -> {
                synchronized (this) {
                    text.append(chunk);
                    notifyAll();
                }
            });
        }

        int status() {
            return response.statusCode();
        }

        /** Everything, once it has this in it. */
        synchronized String until(String part) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (text.indexOf(part) < 0 || !text.toString().endsWith("\n\n")) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError("never came: " + part + "; but:\n" + text);
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return text.toString();
        }

        void leave() {
            response.request().connection().close();
        }
    }
}
