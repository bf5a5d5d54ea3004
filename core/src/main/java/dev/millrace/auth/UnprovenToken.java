package dev.millrace.auth;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A token as it came from outside, in its parts. Nothing in it is true before its signature is proven.
 *
 * @param algorithm what the header claims; a claim of no worth until a source for this algorithm has proven the token
 */
record UnprovenToken(String text, String algorithm, Claims claims) {

    /** Three parts without padding: the compact form of RFC 7515, and nothing else. */
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]*+");

    /**
     * Takes the token apart, cheapest checks first, without any cryptography.
     *
     * @throws Unauthorized when it has not the form of a signed token with the claims we need
     */
    static UnprovenToken parse(String text) {
        checkForm(text);
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        String algorithm = algorithm(json(text.substring(0, first)));
        return new UnprovenToken(text, algorithm, Claims.of(json(text.substring(first + 1, second))));
    }

    private static void checkForm(String text) {
        if (text.isBlank()) {
            throw Unauthorized.missing();
        }
        if (text.length() > TokenVerifier.MAX_TOKEN_LENGTH) {
            throw Unauthorized.malformed("The token is longer than " + TokenVerifier.MAX_TOKEN_LENGTH + " characters.");
        }
        if (!FORM.matcher(text).matches()) {
            throw noJwt();
        }
    }

    private static String algorithm(JsonObject header) {
        if (header.containsKey("crit")) {
            // RFC 7515, 4.1.11: who does not understand an extension marked so must refuse. Vert.x ignores it.
            throw Unauthorized.invalid("The token needs an extension this gateway does not have.");
        }
        if (header.getValue("alg") instanceof String algorithm) {
            return algorithm;
        }
        throw Unauthorized.malformed("The token's header has no alg.");
    }

    /** Read exactly as Vert.x reads it, so that both see the same claims in odd JSON. */
    private static JsonObject json(String part) {
        try {
            return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(part)));
        } catch (RuntimeException e) {
            throw noJwt();
        }
    }

    private static Unauthorized noJwt() {
        return Unauthorized.malformed("The token is not a JWT: three parts of base64url with dots between them.");
    }

    /** Not the token: it is as good as a password. */
    @Override
    public String toString() {
        return "UnprovenToken[" + algorithm + "]";
    }
}
