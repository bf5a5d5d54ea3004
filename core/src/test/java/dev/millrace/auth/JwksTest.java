package dev.millrace.auth;

import static dev.millrace.auth.Forge.NOW;
import static dev.millrace.auth.Forge.claims;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JwksTest {

    private static final KeyPair OLD = Forge.rsa(2048);
    private static final KeyPair NEW = Forge.rsa(2048);

    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong clock = new AtomicLong(NOW);
    private volatile Consumer<HttpServerRequest> answer = request -> {};
    private Vertx vertx;
    private HttpServer server;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        server = vertx.createHttpServer()
                .requestHandler(request -> {
                    requests.incrementAndGet();
                    answer.accept(request);
                })
                .listen(0, "127.0.0.1")
                .await();
        serve(Forge.jwk(OLD, "old"));
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    @Test
    void a_token_signed_with_a_key_of_the_set_is_accepted() {
        TokenVerifier verifier = verifier();
        assertEquals("ada", verifier.verify(oldToken()).await().subject());
        assertTrue(verifier.verify(oldToken()).isComplete());
        assertEquals(1, requests.get());
    }

    @Test
    void a_token_without_kid_is_tried_with_every_key() {
        serve(Forge.jwk(OLD, "old"), Forge.jwk(NEW, "new"));
        TokenVerifier verifier = verifier();
        verifier.verify(Forge.rs256(NEW, "", claims())).await();
        assertEquals("token_invalid", code(verifier, Forge.rs256(Forge.rsa(2048), "", claims())));
        assertEquals(1, requests.get());
    }

    @Test
    void an_unknown_kid_refreshes_once_and_the_new_key_is_accepted() {
        TokenVerifier verifier = verifier();
        serve(Forge.jwk(OLD, "old"), Forge.jwk(NEW, "new"));
        verifier.verify(newToken()).await();
        verifier.verify(newToken()).await();
        verifier.verify(oldToken()).await();
        assertEquals(2, requests.get());
    }

    @Test
    void a_withdrawn_key_is_refused_after_the_refresh() {
        TokenVerifier verifier = verifier();
        serve(Forge.jwk(NEW, "new"));
        verifier.verify(newToken()).await();
        assertEquals("token_unknown_key", code(verifier, oldToken()));
    }

    @Test
    void a_set_that_became_empty_refuses_everything_also_unsigned_tokens() {
        TokenVerifier verifier = verifier();
        serve();
        assertEquals("token_unknown_key", code(verifier, newToken()));
        assertEquals("token_unknown_key", code(verifier, oldToken()));
        String unsigned = Forge.input(new JsonObject().put("alg", "RS256").encode(), claims().encode());
        assertEquals("token_unknown_key", code(verifier, unsigned + "."));
        assertEquals("token_malformed", code(verifier, unsigned));
    }

    @Test
    void a_flood_of_unknown_kids_does_not_refresh_again_inside_the_limit() {
        TokenVerifier verifier = verifier();
        for (int i = 0; i < 100; i++) {
            assertEquals("token_unknown_key", code(verifier, Forge.rs256(NEW, "made-up-" + i, claims())));
        }
        assertEquals(2, requests.get());
        clock.addAndGet(29_999);
        assertEquals("token_unknown_key", code(verifier, newToken()));
        assertEquals(2, requests.get());
        serve(Forge.jwk(NEW, "new"));
        clock.addAndGet(1);
        verifier.verify(newToken()).await();
        assertEquals(3, requests.get());
    }

    @Test
    void a_clock_that_was_set_back_does_not_stop_refreshes() {
        TokenVerifier verifier = verifier();
        assertEquals("token_unknown_key", code(verifier, newToken()));
        serve(Forge.jwk(NEW, "new"));
        clock.addAndGet(-3_000);
        verifier.verify(newToken()).await();
        assertEquals(3, requests.get());
    }

    @Test
    void many_tokens_at_once_share_one_download() {
        TokenVerifier verifier = verifier();
        Promise<HttpServerRequest> arrived = Promise.promise();
        answer = arrived::complete;
        List<Future<Caller>> callers =
                Stream.generate(() -> verifier.verify(newToken())).limit(50).toList();
        HttpServerRequest request = arrived.future().await();
        assertTrue(callers.stream().noneMatch(Future::isComplete));
        clock.addAndGet(60_000); // even when the limit has passed meanwhile
        Future<Caller> late = verifier.verify(newToken());
        vertx.runOnContext(go -> request.response().end(set(Forge.jwk(NEW, "new"))));
        Future.all(callers).await();
        late.await();
        assertEquals(2, requests.get());
    }

    @Test
    void a_token_that_waited_goes_on_in_its_callers_context() {
        TokenVerifier verifier = verifier();
        serve(Forge.jwk(NEW, "new"));
        Context mine = vertx.getOrCreateContext();
        Promise<Context> seen = Promise.promise();
        mine.runOnContext(go -> verifier.verify(newToken()).onComplete(done -> seen.complete(Vertx.currentContext())));
        assertSame(mine, seen.future().await());
    }

    @Test
    void a_server_that_fails_leaves_the_old_keys() {
        TokenVerifier verifier = verifier();
        for (Consumer<HttpServerRequest> failure : failures()) {
            answer = failure;
            clock.addAndGet(30_000);
            int before = requests.get();
            assertEquals("token_unknown_key", code(verifier, newToken()));
            assertEquals(before + 1, requests.get());
            verifier.verify(oldToken()).await();
        }
        server.close().await();
        clock.addAndGet(30_000);
        assertEquals("token_unknown_key", code(verifier, newToken()));
        verifier.verify(oldToken()).await();
    }

    @Test
    void a_key_withdrawn_in_silence_is_refused_once_the_set_is_old() {
        TokenVerifier verifier = verifier();
        Promise<Void> asked = Promise.promise();
        answer = request -> request.response().end(set(Forge.jwk(NEW, "new"))).onComplete(asked);
        clock.addAndGet(600_000);
        verifier.verify(oldToken()).await(); // this one sets off the refresh and does not wait for it
        asked.future().await();
        verifier.verify(newToken()).await(); // joins what is left of the download
        assertEquals("token_unknown_key", code(verifier, oldToken()));
        assertEquals(2, requests.get());
    }

    @Test
    void only_rs256_signing_keys_are_taken_from_the_set() {
        KeyPair small = Forge.rsa(1024);
        serve(
                Forge.jwk(OLD, "old"),
                Forge.jwk(NEW, "enc").put("use", "enc"),
                Forge.jwk(NEW, "512").put("alg", "RS512"),
                Forge.jwk(NEW, "ops").put("key_ops", new JsonArray().add("encrypt")),
                Forge.jwk(NEW, "ec").put("kty", "EC"),
                Forge.jwk(small, "small"),
                Forge.jwk(NEW, "broken").put("n", "%%%"),
                Forge.jwk(NEW, "listed").put("n", new JsonArray()),
                new JsonObject(),
                new JsonObject().put("kty", "oct").put("kid", "oct").put("k", Forge.base64(new byte[32])));
        TokenVerifier verifier = verifier();
        verifier.verify(oldToken()).await();
        for (String kid : List.of("enc", "512", "ops", "ec", "broken", "listed")) {
            assertEquals("token_unknown_key", code(verifier, Forge.rs256(NEW, kid, claims())), kid);
        }
        assertEquals("token_unknown_key", code(verifier, Forge.rs256(small, "small", claims())));
        JsonObject oct = new JsonObject().put("alg", "HS256").put("kid", "oct");
        assertEquals("token_invalid", code(verifier, Forge.hs256(new byte[32], oct, claims().encode())));
    }

    @Test
    void a_key_without_use_and_alg_is_taken_and_a_certificate_beside_it_ignored() {
        JsonObject jwk = Forge.jwk(OLD, "old").put("x5c", new JsonArray().add("rubbish"));
        jwk.remove("use");
        jwk.remove("alg");
        serve(jwk);
        verifier().verify(oldToken()).await();
    }

    @Test
    void a_set_that_cannot_be_loaded_at_start_is_named_without_its_secrets() {
        URI url = URI.create("http://127.0.0.1:" + server.actualPort() + "/keys?access=hunter2#hunter2");
        for (Consumer<HttpServerRequest> failure : failures()) {
            answer = failure;
            assertNamed(url, "");
        }
        serve();
        assertNamed(url, "holds no RSA key");
        answer = request -> request.response().setStatusCode(503).end();
        assertNamed(url, "answered 503 instead of 200");
        server.close().await();
        assertNamed(url, "cannot be reached");
    }

    @Test
    void a_server_that_takes_too_long_is_hung_up_on() {
        List<Consumer<HttpServerRequest>> slow = List.of(
                request -> {}, // accepts and says nothing
                request -> request.response().setChunked(true).write("{\"keys\":["));
        for (Consumer<HttpServerRequest> answers : slow) {
            Promise<Void> hungUp = Promise.promise();
            answer = request -> {
                request.connection().closeHandler(hungUp::complete);
                answers.accept(request);
            };
            JwksDownload download = new JwksDownload(vertx, url("/keys?access=hunter2"), 100);
            BadKey bad = assertThrows(BadKey.class, () -> download.keys().await());
            assertEquals(
                    "The key set " + url("/keys") + " did not answer in time; check jwksUrl and its server.",
                    bad.getMessage());
            hungUp.future().await();
        }
    }

    @Test
    void a_token_is_tried_with_the_file_first_and_then_with_the_set(@TempDir Path dir) throws IOException {
        Path pem = Files.writeString(dir.resolve("public.pem"), Forge.pem(NEW));
        AuthOptions options = new AuthOptions("millrace", "millrace", Duration.ofDays(1), null, pem, url("/keys"));
        TokenVerifier verifier =
                TokenVerifier.create(vertx, options, clock::get, 30_000).await();
        verifier.verify(newToken()).await();
        verifier.verify(oldToken()).await();
        assertEquals(1, requests.get());
    }

    private void assertNamed(URI url, String reason) {
        BadKey bad = assertThrows(BadKey.class, () -> verifier(url));
        String message = String.valueOf(bad.getMessage());
        assertTrue(message.contains("http://127.0.0.1:" + url.getPort() + "/keys " + reason), message);
        assertFalse(message.contains("hunter2"), message);
        assertEquals(null, bad.getCause());
    }

    /** Everything a server can do wrong without taking its time. */
    private static List<Consumer<HttpServerRequest>> failures() {
        return List.of(
                request -> request.response().setStatusCode(500).end(),
                request -> request.response()
                        .setStatusCode(302)
                        .putHeader("Location", "/keys")
                        .end(),
                request -> request.response().end("<html>hunter2"),
                request -> request.response().end("[]"),
                request -> request.response().end("{\"keys\":{}}"),
                request -> request.response().end(Buffer.buffer(new byte[(1 << 20) + 1])),
                request -> request.response()
                        .putHeader("Content-Length", "100")
                        .write("{")
                        .onComplete(sent -> request.connection().close()),
                request -> request.connection().close());
    }

    private void serve(JsonObject... jwks) {
        answer = request -> request.response().end(set(jwks));
    }

    private static Buffer set(JsonObject... jwks) {
        return new JsonObject().put("keys", new JsonArray(List.of(jwks))).toBuffer();
    }

    private TokenVerifier verifier() {
        return verifier(url("/keys"));
    }

    private TokenVerifier verifier(URI url) {
        AuthOptions options = new AuthOptions("millrace", "millrace", Duration.ofHours(24), null, null, url);
        return TokenVerifier.create(vertx, options, clock::get, 30_000).await();
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.actualPort() + path);
    }

    private static String oldToken() {
        return Forge.rs256(OLD, "old", claims());
    }

    private static String newToken() {
        return Forge.rs256(NEW, "new", claims());
    }

    private static String code(TokenVerifier verifier, String token) {
        return assertThrows(Unauthorized.class, () -> verifier.verify(token).await())
                .code();
    }
}
