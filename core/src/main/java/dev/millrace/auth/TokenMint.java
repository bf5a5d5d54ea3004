package dev.millrace.auth;

import dev.millrace.glob.Glob;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Makes HS256 tokens that a {@link TokenVerifier} with the same key and options accepts. Safe for any thread. */
public final class TokenMint {

    private final JWTAuth key;
    private final AuthOptions options;
    private final LongSupplier clock;

    private TokenMint(JWTAuth key, AuthOptions options, LongSupplier clock) {
        this.key = key;
        this.options = options;
        this.clock = clock;
    }

    /** A mint with this key; of the options it takes issuer, audience and longest life. */
    public static TokenMint create(Vertx vertx, KeyFile file, AuthOptions options) {
        return create(vertx, file, options, System::currentTimeMillis);
    }

    static TokenMint create(Vertx vertx, KeyFile file, AuthOptions options, LongSupplier clock) {
        return new TokenMint(Keys.hs256Auth(vertx, file), options, clock);
    }

    /** A token for the default tenant; else as {@link #mint(String, String, Set, Duration)}. */
    public String mint(String subject, Set<Scope> scopes, Duration ttl) {
        return mint(Caller.DEFAULT_TENANT, subject, scopes, ttl);
    }

    /**
     * A new token, with an id of its own.
     *
     * @param ttl its life from now, above 0 and at most {@link AuthOptions#maxTtl()}; counted in whole seconds, at
     *     least one
     * @throws IllegalArgumentException when the life is out of range, or tenant or subject are not as in
     *     {@link Caller}
     */
    public String mint(String tenant, String subject, Set<Scope> scopes, Duration ttl) {
        return mint(tenant, subject, scopes, FeedRights.ALL, ttl);
    }

    /** As {@link #mint(String, String, Set, Duration)}, for some feeds of the tenant only. */
    public String mint(String tenant, String subject, Set<Scope> scopes, FeedRights feeds, Duration ttl) {
        checkLife(ttl);
        long now = clock.getAsLong() / 1000;
        long end = now + Math.max(1, ttl.toSeconds());
        // Through Caller, so that what we mint is what we accept.
        return sign(new Caller(tenant, subject, scopes, end * 1000, feeds), now, end);
    }

    private void checkLife(Duration ttl) {
        if (ttl.isZero() || ttl.isNegative() || ttl.compareTo(options.maxTtl()) > 0) {
            throw new IllegalArgumentException("a token must live for more than 0 s and at most "
                    + options.maxTtl().toSeconds() + " s");
        }
    }

    private String sign(Caller caller, long now, long end) {
        String scope = caller.scopes().stream().sorted().map(Scope::text).collect(Collectors.joining(" "));
        JsonObject claims = new JsonObject()
                .put("iss", options.issuer())
                .put("aud", options.audience())
                .put("tenant", caller.tenant())
                .put("sub", caller.subject())
                .put("scope", scope)
                .put("iat", now)
                .put("exp", end)
                .put("jti", UUID.randomUUID().toString());
        caller.feeds().read().ifPresent(feeds -> claims.put("feeds_read", patterns(feeds)));
        caller.feeds().publish().ifPresent(feeds -> claims.put("feeds_publish", patterns(feeds)));
        return key.generateToken(claims, new JWTOptions().setAlgorithm("HS256")); // it would change claims of others
    }

    private static JsonArray patterns(List<Glob> feeds) {
        return new JsonArray(feeds.stream().map(Glob::toString).toList());
    }
}
