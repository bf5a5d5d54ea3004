package dev.millrace.auth;

import static dev.millrace.auth.Forge.NOW;
import static dev.millrace.auth.Forge.NOW_SECONDS;
import static dev.millrace.auth.Forge.claims;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenVerifierTest {

    private static final KeyPair RSA = Forge.rsa(2048);
    private static final KeyPair STRANGER = Forge.rsa(2048);
    private static final JsonObject HS = new JsonObject().put("alg", "HS256");

    @TempDir
    static Path dir;

    private static Vertx vertx;
    private static byte[] secret;
    private static Path pem;
    private static TokenVerifier verifier;

    @BeforeAll
    static void start() throws IOException {
        vertx = Vertx.vertx();
        KeyFile key = KeyFile.openOrCreate(dir.resolve("home"));
        secret = key.secret();
        pem = Files.writeString(dir.resolve("public.pem"), "a comment first\n" + Forge.pem(RSA));
        verifier = verifier(key.path(), pem);
    }

    @AfterAll
    static void stop() {
        vertx.close().await();
    }

    static Stream<Arguments> badTokens() {
        return Stream.of(
                arguments("empty", "", "token_missing"),
                arguments("blanks", "  ", "token_missing"),
                arguments("a word", "hunter2", "token_malformed"),
                arguments("two parts", "aaaa.bbbb", "token_malformed"),
                arguments("four parts", good() + ".aaaa", "token_malformed"),
                arguments("five parts, encrypted", "aaaa.bbbb.cccc.dddd.eeee", "token_malformed"),
                arguments("empty parts", "..", "token_malformed"),
                arguments("a blank in front", " " + good(), "token_malformed"),
                arguments("a line break behind", good() + "\n", "token_malformed"),
                arguments("padding", good() + "=", "token_malformed"),
                arguments("impossible base64", "a.b.c", "token_malformed"),
                arguments("header no JSON", "aaaa.bbbb.cccc", "token_malformed"),
                arguments("header a list", hs256(Forge.input("[]", claims().encode())), "token_malformed"),
                arguments("header null", hs256(Forge.input("null", claims().encode())), "token_malformed"),
                arguments("no alg", Forge.hs256(secret, new JsonObject(), claims().encode()), "token_malformed"),
                arguments("alg a number", header("alg", 256), "token_malformed"),
                arguments("payload no JSON", Forge.hs256(secret, HS, "hunter2"), "token_malformed"),
                arguments("payload a list", Forge.hs256(secret, HS, "[1]"), "token_malformed"),
                arguments("payload a deep hole", Forge.hs256(secret, HS, "[".repeat(5000)), "token_malformed"),
                arguments("payload cut short", Forge.hs256(secret, HS, "{\"sub\":\"a"), "token_malformed"),
                arguments("longer than 8 KiB", with("pad", "x".repeat(8192)), "token_malformed"),
                arguments("a megabyte of dots", ".".repeat(1 << 20), "token_malformed"),
                arguments("alg none, unsigned", none("none", ""), "token_invalid"),
                arguments("alg None, unsigned", none("None", ""), "token_invalid"),
                arguments("alg none, signed", header("alg", "none"), "token_invalid"),
                arguments("alg HS512", header("alg", "HS512"), "token_invalid"),
                arguments("alg hs256", header("alg", "hs256"), "token_invalid"),
                arguments("alg ES256", header("alg", "ES256"), "token_invalid"),
                arguments("alg of a path", header("alg", "../HS256"), "token_invalid"),
                arguments("a critical extension", crit(), "token_invalid"),
                arguments("no signature", none("HS256", ""), "token_invalid"),
                arguments("no signature, RSA", none("RS256", ""), "token_invalid"),
                arguments("short signature", none("HS256", "aaaa"), "token_invalid"),
                arguments("RSA signature too short", none("RS256", "aaaa"), "token_invalid"),
                arguments("RSA signature too long", none("RS256", "a".repeat(1024)), "token_invalid"),
                arguments("another secret", Forge.hs256(new byte[32], claims()), "token_invalid"),
                arguments("another RSA key", Forge.rs256(STRANGER, "", claims()), "token_invalid"),
                arguments("changed after signing", changed(), "token_invalid"),
                arguments("public key as secret, PEM", Forge.hs256(ascii(Forge.pem(RSA)), claims()), "token_invalid"),
                arguments("public key as secret, DER", Forge.hs256(spki(), claims()), "token_invalid"),
                arguments("HMAC called RS256", Forge.hs256(spki(), alg("RS256"), claims().encode()), "token_invalid"),
                arguments("RSA called HS256", Forge.rs256(RSA, alg("HS256"), claims().encode()), "token_invalid"),
                arguments("key in the header", embeddedKey(), "token_invalid"),
                arguments("another issuer", with("iss", "elsewhere"), "token_invalid"),
                arguments("issuer a number", with("iss", 5), "token_invalid"),
                arguments("no issuer", without("iss"), "token_invalid"),
                arguments("another audience", with("aud", "elsewhere"), "token_invalid"),
                arguments(
                        "audiences without ours",
                        with("aud", new JsonArray().add("a").add(1)),
                        "token_invalid"),
                arguments("audience among words", with("aud", "a millrace"), "token_invalid"),
                arguments("audience a number", with("aud", 5), "token_malformed"),
                arguments("audience an object", with("aud", new JsonObject()), "token_malformed"),
                arguments("no audience", without("aud"), "token_invalid"),
                arguments("no exp", without("exp"), "token_malformed"),
                arguments("exp null", with("exp", null), "token_malformed"),
                arguments("exp a string", with("exp", "" + (NOW_SECONDS + 60)), "token_malformed"),
                arguments("exp a list", with("exp", new JsonArray().add(NOW_SECONDS + 60)), "token_malformed"),
                arguments("exp negative", with("exp", -1), "token_malformed"),
                arguments("exp zero", with("exp", 0), "token_malformed"),
                arguments("exp in milliseconds", with("exp", NOW + 60_000), "token_malformed"),
                arguments("exp the largest long", with("exp", Long.MAX_VALUE), "token_malformed"),
                arguments("exp beyond a long", raw("99999999999999999999"), "token_malformed"),
                arguments("exp that wraps to now", raw("18446744075509551676"), "token_malformed"),
                arguments("exp infinite", raw("1e999"), "token_malformed"),
                arguments("exp not a number", raw("NaN"), "token_malformed"),
                arguments("exp past the leeway", with("exp", NOW_SECONDS - 5), "token_expired"),
                arguments("exp a fraction too early", with("exp", NOW_SECONDS - 5.001), "token_expired"),
                arguments("exp long past", with("exp", 1), "token_expired"),
                arguments("nbf past the leeway", with("nbf", NOW_SECONDS + 6), "token_not_yet_valid"),
                arguments("nbf a string", with("nbf", "0"), "token_malformed"),
                arguments("nbf null", with("nbf", null), "token_malformed"),
                arguments("iat in the future", with("iat", NOW_SECONDS + 6), "token_not_yet_valid"),
                arguments("iat near a far exp", farAway(), "token_not_yet_valid"),
                arguments("iat null", with("iat", null), "token_malformed"),
                arguments("iat a string", with("iat", "0"), "token_malformed"),
                arguments("life over a day", with("exp", NOW_SECONDS + 86_391), "token_too_long_lived"),
                arguments("life over a day, no iat", foreverWithoutIat(), "token_too_long_lived"),
                arguments("iat long ago", with("iat", 0), "token_too_long_lived"),
                arguments("no sub", without("sub"), "token_malformed"),
                arguments("sub blank", with("sub", " "), "token_malformed"),
                arguments("sub a number", with("sub", 7), "token_malformed"),
                arguments("sub too long", with("sub", "x".repeat(201)), "token_malformed"),
                arguments("sub with a line break", with("sub", "ada\nroot"), "token_malformed"),
                arguments("tenant empty", with("tenant", ""), "token_malformed"),
                arguments("tenant null", with("tenant", null), "token_malformed"),
                arguments("tenant a number", with("tenant", 1), "token_malformed"),
                arguments("scope a number", with("scope", 1), "token_malformed"),
                arguments("scp an object", with("scp", new JsonObject()), "token_malformed"));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("badTokens")
    void a_bad_token_is_refused_with_its_code_and_never_quoted(String what, String token, String code) {
        Unauthorized refused =
                assertThrows(Unauthorized.class, () -> verifier.verify(token).await());
        assertEquals(code, refused.code(), what);
        assertEquals(0, refused.getStackTrace().length);
        assertEquals(null, refused.getCause());
        Stream.of(token.split("\\.", -1))
                .filter(part -> part.length() > 3)
                .forEach(part -> assertFalse(refused.toString().contains(part), what));
    }

    @Test
    void a_token_without_exp_is_refused() {
        assertEquals("token_malformed", code(without("exp")));
    }

    @Test
    void a_good_token_names_its_caller() {
        Caller caller = verifier.verify(good()).await();
        assertEquals(
                new Caller("default", "ada", Set.of(Scope.CHAT, Scope.EVENTS_READ), (NOW_SECONDS + 3600) * 1000),
                caller);
        assertTrue(caller.may(Scope.CHAT) && caller.may("events:read"));
        assertFalse(caller.may(Scope.AUDIO) || caller.may("audio") || caller.may("root"));
    }

    @Test
    void scopes_may_be_a_list_under_either_name_and_strange_ones_are_ignored() {
        JsonObject claims = claims().put(
                        "scope", new JsonArray().add("audio").add("root").add(7))
                .put("scp", "chat  x");
        assertEquals(Set.of(Scope.AUDIO, Scope.CHAT), scopes(claims));
        assertEquals(
                Set.of(Scope.EVENTS_PUBLISH),
                scopes(claims().putNull("x").put("scope", "").put("scp", publish())));
        JsonObject none = claims();
        none.remove("scope");
        assertEquals(Set.of(), scopes(none));
    }

    @Test
    void the_tenant_is_the_one_the_token_names() {
        assertEquals("acme", verifier.verify(with("tenant", "acme")).await().tenant());
    }

    @Test
    void clocks_may_differ_by_just_under_five_seconds() {
        verifier.verify(with("exp", NOW_SECONDS - 4.999)).await();
        verifier.verify(with("nbf", NOW_SECONDS + 5)).await();
        verifier.verify(with("iat", NOW_SECONDS + 5)).await();
    }

    @Test
    void a_life_of_exactly_the_longest_is_accepted() {
        verifier.verify(with("exp", NOW_SECONDS - 10 + 86_400)).await();
    }

    @Test
    void an_exp_with_a_fraction_counts_to_the_millisecond() {
        Caller caller = verifier.verify(with("exp", NOW_SECONDS + 0.5)).await();
        assertEquals(NOW + 500, caller.expiresAtMillis());
    }

    @Test
    void one_of_several_audiences_is_enough() {
        verifier.verify(with("aud", new JsonArray().add("a").add("millrace"))).await();
    }

    @Test
    void a_token_signed_with_the_rsa_key_is_accepted_whatever_its_kid() {
        verifier.verify(Forge.rs256(RSA, "", claims())).await();
        verifier.verify(Forge.rs256(RSA, "any", claims())).await();
    }

    @Test
    void only_algorithms_with_a_key_are_accepted() {
        TokenVerifier secretOnly = verifier(dir.resolve("home/key"), null);
        TokenVerifier rsaOnly = verifier(null, pem);
        secretOnly.verify(good()).await();
        rsaOnly.verify(Forge.rs256(RSA, "", claims())).await();
        assertEquals("token_invalid", code(secretOnly, Forge.rs256(RSA, "", claims())));
        assertEquals("token_invalid", code(rsaOnly, good()));
        assertEquals("token_invalid", code(rsaOnly, Forge.hs256(ascii(Forge.pem(RSA)), claims())));
        assertEquals("token_invalid", code(rsaOnly, Forge.hs256(spki(), claims())));
        assertEquals("token_invalid", code(secretOnly, Forge.rs256(RSA, alg("HS256"), claims().encode())));
        assertEquals("token_invalid", code(rsaOnly, none("none", "")));
    }

    @Test
    void a_pem_file_without_a_fit_public_key_is_named_and_not_quoted() throws IOException {
        String small = Forge.pem(Forge.rsa(1024));
        String privateKey = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(RSA.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        for (String text : new String[] {
            "", "hunter2", small, privateKey, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"
        }) {
            Path file = Files.writeString(dir.resolve("bad.pem"), text);
            BadKey bad = assertThrows(BadKey.class, () -> verifier(null, file));
            assertTrue(message(bad).contains("bad.pem"));
            text.lines()
                    .filter(line -> line.length() > 40)
                    .forEach(line -> assertFalse(message(bad).contains(line)));
        }
        BadKey absent = assertThrows(BadKey.class, () -> verifier(null, dir.resolve("absent.pem")));
        assertTrue(message(absent).contains("absent.pem"));
    }

    @Test
    void a_token_proves_itself_at_once_on_the_callers_thread() {
        assertTrue(verifier.verify(good()).isComplete());
        assertTrue(verifier.verify(Forge.rs256(RSA, "", claims())).isComplete());
    }

    private static TokenVerifier verifier(@Nullable Path keyFile, @Nullable Path pemFile) {
        AuthOptions options = new AuthOptions("millrace", "millrace", Duration.ofHours(24), keyFile, pemFile, null);
        return TokenVerifier.create(vertx, options, () -> NOW, 30_000).await();
    }

    private static String good() {
        return Forge.hs256(secret, claims());
    }

    private static String with(String claim, @Nullable Object value) {
        return Forge.hs256(secret, claims().put(claim, value));
    }

    private static String without(String claim) {
        JsonObject claims = claims();
        claims.remove(claim);
        return Forge.hs256(secret, claims);
    }

    /** A number that {@code JsonObject} would not write. */
    private static String raw(String exp) {
        return Forge.hs256(secret, HS, claims().encode().replace("" + (NOW_SECONDS + 3600), exp));
    }

    private static String header(String name, Object value) {
        return Forge.hs256(secret, new JsonObject().put(name, value), claims().encode());
    }

    private static JsonObject alg(String name) {
        return new JsonObject().put("alg", name);
    }

    private static String crit() {
        JsonObject header = alg("HS256").put("crit", new JsonArray().add("b64")).put("b64", true);
        return Forge.hs256(secret, header, claims().encode());
    }

    private static String embeddedKey() {
        JsonObject header = alg("RS256").put("jwk", Forge.jwk(STRANGER, "a")).put("kid", "a");
        return Forge.rs256(STRANGER, header, claims().encode());
    }

    private static String none(String algorithm, String signature) {
        return Forge.input(alg(algorithm).encode(), claims().encode()) + "." + signature;
    }

    private static String hs256(String input) {
        return input + ".aaaa";
    }

    private static String changed() {
        String[] good = good().split("\\.", -1);
        String[] other = Forge.hs256(new byte[32], claims().put("sub", "root")).split("\\.", -1);
        return good[0] + "." + other[1] + "." + good[2];
    }

    private static String farAway() {
        return Forge.hs256(
                secret, claims().put("iat", NOW_SECONDS + 900_000_000L).put("exp", NOW_SECONDS + 900_003_600L));
    }

    private static String foreverWithoutIat() {
        JsonObject claims = claims().put("exp", NOW_SECONDS + 86_401);
        claims.remove("iat");
        return Forge.hs256(secret, claims);
    }

    private static JsonArray publish() {
        return new JsonArray().add("events:publish");
    }

    private static Set<Scope> scopes(JsonObject claims) {
        return verifier.verify(Forge.hs256(secret, claims)).await().scopes();
    }

    private static String code(String token) {
        return code(verifier, token);
    }

    private static String code(TokenVerifier judge, String token) {
        return assertThrows(Unauthorized.class, () -> judge.verify(token).await())
                .code();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] spki() {
        return RSA.getPublic().getEncoded();
    }

    private static String message(Throwable thrown) {
        return String.valueOf(thrown.getMessage());
    }
}
