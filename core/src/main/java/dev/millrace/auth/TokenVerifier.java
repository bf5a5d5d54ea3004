package dev.millrace.auth;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.function.LongSupplier;

/**
 * Tells good tokens from bad ones. One is enough for a process; it is safe for use from any thread and needs no close.
 */
public final class TokenVerifier {

    /** Longest token that is looked at, in characters: 8 KiB. */
    public static final int MAX_TOKEN_LENGTH = 8192;

    /** At most one download of a JWK set in this time, whatever tokens come. */
    private static final long REFRESH_EVERY_MILLIS = 30_000;

    private final AuthOptions options;
    private final KeySources sources;
    private final LongSupplier clock;

    private TokenVerifier(AuthOptions options, KeySources sources, LongSupplier clock) {
        this.options = options;
        this.sources = sources;
        this.clock = clock;
    }

    /**
     * Reads the key files (on a worker) and loads the JWK set, if there is one.
     *
     * @return fails with {@link BadKey} when a key source cannot be used
     */
    public static Future<TokenVerifier> create(Vertx vertx, AuthOptions options) {
        return create(vertx, options, System::currentTimeMillis, REFRESH_EVERY_MILLIS);
    }

    /** @param clock milliseconds since the Unix epoch */
    static Future<TokenVerifier> create(Vertx vertx, AuthOptions options, LongSupplier clock, long refreshEveryMillis) {
        return vertx.executeBlocking(() -> KeySources.ofFiles(vertx, options))
                .compose(files -> withSet(files, vertx, options, clock, refreshEveryMillis))
                .map(sources -> new TokenVerifier(options, sources, clock));
    }

    private static Future<KeySources> withSet(
            KeySources files, Vertx vertx, AuthOptions options, LongSupplier clock, long refreshEveryMillis) {
        URI url = options.jwksUrl();
        return url == null
                ? Future.succeededFuture(files)
                : Jwks.load(vertx, url, clock, refreshEveryMillis).map(files::withSet);
    }

    /**
     * The caller a token speaks for.
     *
     * <p>Completes at once, unless a JWK set must be downloaded for it (at most 5 s); then on the caller's context.
     *
     * @param jwt as the client sent it, trusted in nothing; blank counts as missing
     * @return fails with {@link Unauthorized} only
     */
    public Future<Caller> verify(String jwt) {
        try {
            UnprovenToken token = UnprovenToken.parse(jwt);
            return sources.prove(token).map(proven -> token.claims().checked(options, clock.getAsLong()));
        } catch (Unauthorized refused) {
            return Future.failedFuture(refused);
        }
    }
}
