package dev.millrace.auth;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens of every kind, good and bad, without the library that is under test. */
final class Forge {

    /** What the clock of the tests says: 2027-01-15T08:00:00Z. */
    static final long NOW_SECONDS = 1_800_000_000L;

    static final long NOW = NOW_SECONDS * 1000;

    private Forge() {}

    /** The claims of a good token, to be spoiled. */
    static JsonObject claims() {
        return new JsonObject()
                .put("iss", "millrace")
                .put("aud", "millrace")
                .put("sub", "ada")
                .put("scope", "chat events:read")
                .put("iat", NOW_SECONDS - 10)
                .put("exp", NOW_SECONDS + 3600);
    }

    static String hs256(byte[] secret, JsonObject claims) {
        return hs256(secret, new JsonObject().put("alg", "HS256"), claims.encode());
    }

    /** Signed with HMAC, whatever the header says. */
    static String hs256(byte[] secret, JsonObject header, String payload) {
        String input = input(header.encode(), payload);
        return input + "." + base64(hmac(secret, input));
    }

    static String rs256(KeyPair keys, String kid, JsonObject claims) {
        JsonObject header = new JsonObject().put("alg", "RS256");
        return rs256(keys, kid.isEmpty() ? header : header.put("kid", kid), claims.encode());
    }

    /** Signed with RSA, whatever the header says. */
    static String rs256(KeyPair keys, JsonObject header, String payload) {
        String input = input(header.encode(), payload);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String input(String header, String payload) {
        return base64(header.getBytes(StandardCharsets.UTF_8)) + "." + base64(payload.getBytes(StandardCharsets.UTF_8));
    }

    static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String pem(KeyPair keys) {
        String base64 = Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    }

    static JsonObject jwk(KeyPair keys, String kid) {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        return new JsonObject()
                .put("kty", "RSA")
                .put("kid", kid)
                .put("use", "sig")
                .put("alg", "RS256")
                .put("n", base64(key.getModulus().toByteArray()))
                .put("e", base64(key.getPublicExponent().toByteArray()));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] hmac(byte[] secret, String input) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(input.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
