package dev.millrace.auth;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs small JSON objects, so that we know our own word when a client brings it back. Two parts in base64, where a JWT
 * has three, so nothing sealed is ever taken for a token. Safe for any thread.
 */
public final class Seal {

    private static final int MAX_LENGTH = 4096;
    private static final String MAC = "HmacSHA256";
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final byte[] key;

    public Seal(byte[] key) {
        this.key = key.clone();
    }

    /** A seal with a key of its own, made from a secret that serves other purposes too. */
    static Seal derived(byte[] secret, String purpose) {
        return new Seal(mac(secret, purpose.getBytes(StandardCharsets.US_ASCII)));
    }

    /** The object as text, signed. Not for logs. */
    public String close(JsonObject payload) {
        byte[] bytes = payload.toBuffer().getBytes();
        return ENCODER.encodeToString(bytes) + "." + ENCODER.encodeToString(mac(key, bytes));
    }

    /** What was sealed; empty for what is not ours. */
    public Optional<JsonObject> open(String sealed) {
        int dot = sealed.indexOf('.');
        if (sealed.length() > MAX_LENGTH || dot < 0) {
            return Optional.empty();
        }
        try {
            byte[] payload = Base64.getUrlDecoder().decode(sealed.substring(0, dot));
            byte[] signature = Base64.getUrlDecoder().decode(sealed.substring(dot + 1));
            return MessageDigest.isEqual(signature, mac(key, payload))
                    ? Optional.of(new JsonObject(Buffer.buffer(payload)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not base64: as little of ours as any other text
        }
    }

    private static byte[] mac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + MAC, e);
        }
    }
}
