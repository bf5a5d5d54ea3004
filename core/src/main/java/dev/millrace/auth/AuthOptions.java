package dev.millrace.auth;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens are good. At least one key source is set; with several, a token is good when one of them proves it.
 *
 * @param issuer what {@code iss} must be
 * @param audience what {@code aud} must be or contain
 * @param maxTtl longest life of a token from {@code iat} to {@code exp}, 1 s to 365 days
 * @param hs256KeyFile a shared secret, as {@link KeyFile} reads it
 * @param rs256PemFile an RSA public key, SPKI in PEM ({@code BEGIN PUBLIC KEY}), at least 2048 bits
 * @param jwksUrl where a JWK set with RS256 keys is served, http or https, without user or password
 */
public record AuthOptions(
        String issuer,
        String audience,
        Duration maxTtl,
        @Nullable Path hs256KeyFile,
        @Nullable Path rs256PemFile,
        @Nullable URI jwksUrl) {

    /** The issuer and the audience of tokens we mint, unless configured otherwise. */
    public static final String DEFAULT_NAME = "millrace";

    /** How long a token may live, unless configured otherwise: one day. */
    public static final Duration DEFAULT_MAX_TTL = Duration.ofHours(24);

    private static final Duration SHORTEST_TTL = Duration.ofSeconds(1);
    private static final Duration LONGEST_TTL = Duration.ofDays(365);

    /** @throws IllegalArgumentException when an option is out of its range; the message names the option */
    public AuthOptions {
        if (issuer.isBlank()) {
            throw new IllegalArgumentException("issuer must not be blank");
        }
        if (audience.isBlank()) {
            throw new IllegalArgumentException("audience must not be blank");
        }
        if (maxTtl.compareTo(SHORTEST_TTL) < 0 || maxTtl.compareTo(LONGEST_TTL) > 0) {
            throw new IllegalArgumentException("maxTtl must be between 1 s and 365 days");
        }
        if (hs256KeyFile == null && rs256PemFile == null && jwksUrl == null) {
            throw new IllegalArgumentException("one of hs256KeyFile, rs256PemFile and jwksUrl must be set");
        }
        if (jwksUrl != null) {
            checkUrl(jwksUrl);
        }
    }

    /** Default issuer, audience and life, with the secret of one local key file. */
    public static AuthOptions ofKeyFile(Path hs256KeyFile) {
        return new AuthOptions(DEFAULT_NAME, DEFAULT_NAME, DEFAULT_MAX_TTL, hs256KeyFile, null, null);
    }

    /** Without the query of the JWKS URL, which may hold an access key. */
    @Override
    public String toString() {
        String jwks = jwksUrl == null ? "none" : withoutSecrets(jwksUrl);
        return "AuthOptions[issuer=" + issuer + ", audience=" + audience + ", maxTtl=" + maxTtl + ", hs256KeyFile="
                + hs256KeyFile + ", rs256PemFile=" + rs256PemFile + ", jwksUrl=" + jwks + "]";
    }

    /** The URL as it may stand in a message or a log line: without user, query and fragment. */
    static String withoutSecrets(URI url) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return url.getScheme() + "://" + url.getHost() + port + Objects.requireNonNullElse(url.getRawPath(), "");
    }

    private static void checkUrl(URI url) {
        boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (!http || url.getHost() == null) {
            throw new IllegalArgumentException("jwksUrl must be an absolute http or https URL");
        }
        if (url.getRawUserInfo() != null) {
            // Vert.x would drop it in silence, and the request would be refused for no visible reason.
            throw new IllegalArgumentException("jwksUrl must not contain a user or password: " + withoutSecrets(url));
        }
    }
}
