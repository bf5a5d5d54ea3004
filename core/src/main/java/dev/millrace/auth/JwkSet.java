package dev.millrace.auth;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Reads a JWK set (RFC 7517, 5). */
final class JwkSet {

    /** A token without {@code kid} is tried against every key, some 30 µs each; real sets have two or three. */
    private static final int MAX_KEYS = 64;

    private JwkSet() {}

    /**
     * The keys of the set that prove RS256 tokens, perhaps none. Other entries are skipped.
     *
     * @throws BadKeySet when the document is no JWK set, with what it is instead
     */
    static List<RsaKey> parse(Buffer document) {
        List<RsaKey> keys = new ArrayList<>();
        for (Object entry : entries(document)) {
            if (entry instanceof JsonObject jwk) {
                RsaKey.ofJwk(jwk).ifPresent(keys::add);
            }
        }
        if (keys.size() > MAX_KEYS) {
            throw new BadKeySet("holds more than " + MAX_KEYS + " keys");
        }
        return keys;
    }

    private static JsonArray entries(Buffer document) {
        try {
            if (new JsonObject(document).getValue("keys") instanceof JsonArray keys) {
                return keys;
            }
        } catch (RuntimeException e) {
            throw new BadKeySet("is not JSON");
        }
        throw new BadKeySet("is not a JWK set");
    }
}
