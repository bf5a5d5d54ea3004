package dev.millrace.auth;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.PubSecKeyOptions;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.KeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An RSA public key that proves RS256 tokens.
 *
 * @param id the {@code kid} of the tokens it proves; null proves tokens of any
 * @param key at least 2048 bits (RFC 7518, 3.3)
 */
record RsaKey(@Nullable String id, RSAPublicKey key) {

    private static final int MIN_BITS = 2048;

    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----\n";
    private static final String END = "\n-----END PUBLIC KEY-----\n";
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");

    RsaKey {
        if (key.getModulus().bitLength() < MIN_BITS) {
            throw new IllegalArgumentException("an RSA key needs at least " + MIN_BITS + " bits");
        }
    }

    /** The first public key in the text; empty when there is none that is good for RS256. */
    static Optional<RsaKey> ofPem(String text) {
        var matcher = PEM.matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        try {
            byte[] spki = Base64.getMimeDecoder().decode(matcher.group(1));
            return Optional.of(new RsaKey(null, key(new X509EncodedKeySpec(spki))));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /**
     * The key of one entry of a JWK set; empty when it is not for proving RS256 or cannot be read. Only modulus and
     * exponent are taken: Vert.x itself would prefer a certificate chain in {@code x5c}, and log and drop what it does
     * not like.
     */
    static Optional<RsaKey> ofJwk(JsonObject jwk) {
        try {
            return forRs256(jwk) ? Optional.of(new RsaKey(jwk.getString("kid"), key(spec(jwk)))) : Optional.empty();
        } catch (RuntimeException | GeneralSecurityException e) {
            return Optional.empty(); // one odd entry takes nothing from the others
        }
    }

    /** As PEM, which Vert.x refuses loudly when it does not like it. */
    PubSecKeyOptions options() {
        String base64 = Base64.getMimeEncoder().encodeToString(key.getEncoded());
        var options = new PubSecKeyOptions().setAlgorithm("RS256").setBuffer(Buffer.buffer(BEGIN + base64 + END));
        return id == null ? options : options.setId(id);
    }

    private static boolean forRs256(JsonObject jwk) {
        return "RSA".equals(jwk.getValue("kty"))
                && "RS256".equals(jwk.getValue("alg", "RS256"))
                && "sig".equals(jwk.getValue("use", "sig"))
                && jwk.getJsonArray("key_ops", new JsonArray().add("verify")).contains("verify");
    }

    private static KeySpec spec(JsonObject jwk) {
        return new RSAPublicKeySpec(number(jwk.getString("n")), number(jwk.getString("e")));
    }

    private static BigInteger number(String base64) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII)));
    }

    private static RSAPublicKey key(KeySpec spec) throws GeneralSecurityException {
        return (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(spec);
    }
}
