package dev.millrace.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenMintTest {

    private static final Set<Scope> BOTH = Set.of(Scope.CHAT, Scope.EVENTS_PUBLISH);

    @TempDir
    Path dir;

    private final AtomicLong clock = new AtomicLong(Forge.NOW + 700);
    private Vertx vertx;
    private KeyFile key;
    private AuthOptions options;
    private TokenMint mint;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        key = KeyFile.openOrCreate(dir);
        options = AuthOptions.ofKeyFile(key.path());
        mint = TokenMint.create(vertx, key, options, clock::get);
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    @Test
    void a_minted_token_is_accepted_and_names_its_caller() {
        String token = mint.mint("acme", "ada", BOTH, Duration.ofHours(24));
        assertEquals(
                new Caller("acme", "ada", BOTH, Forge.NOW + 86_400_000),
                verifier().verify(token).await());
    }

    @Test
    void a_minted_token_says_exactly_this() {
        JsonObject claims = payload(mint.mint("ada", BOTH, Duration.ofMinutes(1)));
        String id = String.valueOf(claims.remove("jti"));
        assertEquals(36, id.length());
        assertEquals(
                "{\"iss\":\"millrace\",\"aud\":\"millrace\",\"tenant\":\"default\",\"sub\":\"ada\","
                        + "\"scope\":\"chat events:publish\",\"iat\":1800000000,\"exp\":1800000060}",
                claims.encode());
    }

    @Test
    void two_tokens_for_one_caller_differ() {
        assertNotEquals(mint.mint("ada", BOTH, Duration.ofHours(1)), mint.mint("ada", BOTH, Duration.ofHours(1)));
    }

    @Test
    void a_minted_token_ends_when_its_life_is_over() {
        String token = mint.mint("ada", Set.of(), Duration.ofMillis(1));
        clock.addAndGet(5_000);
        verifier().verify(token).await();
        clock.addAndGet(1_000);
        Unauthorized refused =
                assertThrows(Unauthorized.class, () -> verifier().verify(token).await());
        assertEquals("token_expired", refused.code());
    }

    @Test
    void a_life_out_of_range_is_refused() {
        for (Duration ttl : List.of(
                Duration.ZERO, Duration.ofSeconds(-1), Duration.ofHours(24).plusNanos(1))) {
            String message = refusal(() -> mint.mint("ada", BOTH, ttl));
            assertEquals("a token must live for more than 0 s and at most 86400 s", message);
        }
        refusal(() -> mint.mint("ada", BOTH, Duration.ofSeconds(Long.MAX_VALUE)));
    }

    @Test
    void a_caller_that_would_not_be_accepted_is_not_minted() {
        assertTrue(refusal(() -> mint.mint("", BOTH, Duration.ofHours(1))).startsWith("sub "));
        assertTrue(refusal(() -> mint.mint("x".repeat(201), BOTH, Duration.ofHours(1)))
                .startsWith("sub "));
        assertTrue(
                refusal(() -> mint.mint(" ", "ada", BOTH, Duration.ofHours(1))).startsWith("tenant "));
    }

    @Test
    void the_longest_names_fit_into_a_token() {
        String longest = "\uD83D\uDE00".repeat(100);
        String token = mint.mint(longest, longest, Set.of(Scope.values()), Duration.ofHours(1));
        assertEquals(longest, verifier().verify(token).await().subject());
    }

    @Test
    void a_token_of_another_key_is_refused_and_no_message_shows_a_secret() {
        KeyFile other = KeyFile.openOrCreate(dir.resolve("other"));
        String token = TokenMint.create(vertx, other, options, clock::get).mint("ada", BOTH, Duration.ofHours(1));
        Unauthorized refused =
                assertThrows(Unauthorized.class, () -> verifier().verify(token).await());
        assertEquals("token_invalid", refused.code());
        assertFalse(refused.toString().contains(token));
        assertFalse(refused.toString().contains(Forge.base64(key.secret())));
    }

    @Test
    void the_public_ways_in_use_the_real_clock() {
        String token = TokenMint.create(vertx, key, options).mint("ada", BOTH, Duration.ofHours(1));
        assertEquals(
                "ada",
                TokenVerifier.create(vertx, options)
                        .await()
                        .verify(token)
                        .await()
                        .subject());
    }

    private TokenVerifier verifier() {
        return TokenVerifier.create(vertx, options, clock::get, 30_000).await();
    }

    private static String refusal(Runnable call) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }

    private static JsonObject payload(String token) {
        return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1])));
    }
}
