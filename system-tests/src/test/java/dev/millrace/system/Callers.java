package dev.millrace.system;

import dev.millrace.auth.AuthOptions;
import dev.millrace.auth.KeyFile;
import dev.millrace.auth.Scope;
import dev.millrace.auth.TokenMint;
import dev.millrace.launch.Program;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** Who calls the servers that sign with the key of one home: their tokens, and their connections. */
final class Callers implements AutoCloseable {

    private static final int CONNECTIONS = 1_000;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = vertx.createHttpClient(
            new HttpClientOptions().setKeepAliveTimeout(30), new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    /** For who will leave in the middle: a connection of their own, that nobody is given while it is being closed. */
    private final HttpClient leaving = vertx.createHttpClient(
            new HttpClientOptions().setKeepAlive(false), new PoolOptions().setHttp1MaxSize(CONNECTIONS));

    private final TokenMint mint;

    Callers(Path home) {
        KeyFile key = KeyFile.openOrCreate(home);
        this.mint = TokenMint.create(vertx, key, AuthOptions.ofKeyFile(key.path()));
    }

    Vertx vertx() {
        return vertx;
    }

    String token(String tenant, String subject, Duration ttl) {
        return mint.mint(tenant, subject, EnumSet.allOf(Scope.class), ttl);
    }

    String token(String subject, Set<Scope> scopes) {
        return mint.mint(subject, scopes, Duration.ofHours(1));
    }

    SseClient at(int port, String token) {
        return new SseClient(vertx, http, leaving, port, token);
    }

    @Override
    public void close() throws Exception {
        Program.await(vertx.close());
    }
}
