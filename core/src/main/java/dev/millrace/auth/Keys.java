package dev.millrace.auth;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.NoSuchKeyIdException;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fixed set of keys of one algorithm. Proving takes microseconds and is done at once, on the caller's thread. */
final class Keys implements KeySource {

    /** Null when there is no key: a {@code JWTAuth} without keys takes unsigned tokens for good. */
    private final @Nullable JWTAuth auth;

    private Keys(@Nullable JWTAuth auth) {
        this.auth = auth;
    }

    static Keys hs256(Vertx vertx, KeyFile file) {
        return new Keys(hs256Auth(vertx, file));
    }

    static Keys rs256(Vertx vertx, List<RsaKey> keys) {
        if (keys.isEmpty()) {
            return new Keys(null);
        }
        JWTAuthOptions options = options();
        keys.forEach(key -> options.addPubSecKey(key.options()));
        return new Keys(JWTAuth.create(vertx, options));
    }

    /** Signs, too: there is one secret for both directions. */
    static JWTAuth hs256Auth(Vertx vertx, KeyFile file) {
        var key = new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(Buffer.buffer(file.secret()));
        return JWTAuth.create(vertx, options().addPubSecKey(key));
    }

    boolean isEmpty() {
        return auth == null;
    }

    @Override
    public Future<Void> prove(String jwt) {
        JWTAuth keys = auth;
        if (keys == null) {
            return Future.failedFuture(Unauthorized.unknownKey());
        }
        // Inside compose, because Vert.x throws some refusals and returns others.
        return Future.succeededFuture()
                .compose(start -> keys.authenticate(new TokenCredentials(jwt)))
                .<Void>mapEmpty()
                .recover(refused -> Future.failedFuture(unauthorized(refused)));
    }

    /** The cause is dropped: its message may quote the token. */
    private static Unauthorized unauthorized(Throwable refused) {
        return refused instanceof NoSuchKeyIdException
                ? Unauthorized.unknownKey()
                : Unauthorized.invalid("The token's signature does not match.");
    }

    /**
     * Vert.x proves the signature only. Its checks of time read the system's clock and let a token without
     * {@code exp} pass; {@link Claims} does these and all others.
     */
    private static JWTAuthOptions options() {
        return new JWTAuthOptions().setJWTOptions(new JWTOptions().setIgnoreExpiration(true));
    }
}
