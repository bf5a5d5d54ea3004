package dev.millrace.auth;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys an issuer publishes, as of the last download.
 *
 * <p>They are downloaded again when a token names a key we do not have (the token waits for it), and behind the back of
 * a token when they are ten minutes old: otherwise a stolen key that was withdrawn would stay good until somebody shows
 * a newer one. Downloads never overlap, and a flood of made-up key ids causes one each {@code refreshEveryMillis}. A
 * download that fails changes nothing; one that succeeds replaces everything, even by nothing.
 *
 * <p>Used from any thread: readers see a volatile, the short state changes are synchronized, nothing waits inside.
 */
final class Jwks implements KeySource {

    private static final Logger LOG = LoggerFactory.getLogger(Jwks.class);

    /** Somebody waits for it with a token in hand. */
    private static final long TIMEOUT_MILLIS = 5_000;

    private static final long STALE_MILLIS = 600_000;

    private final Vertx vertx;
    private final JwksDownload download;
    private final LongSupplier clock;
    private final long refreshEveryMillis;

    private volatile Keys keys;
    private volatile long loadedAt;
    private long askedAt; // guarded by this, as is the next
    private @Nullable Future<Keys> loading;

    private Jwks(Vertx vertx, JwksDownload download, Keys keys, LongSupplier clock, long refreshEveryMillis) {
        this.vertx = vertx;
        this.download = download;
        this.keys = keys;
        this.clock = clock;
        this.refreshEveryMillis = refreshEveryMillis;
        this.loadedAt = clock.getAsLong();
        this.askedAt = loadedAt - refreshEveryMillis; // the first unknown key need not wait for the start to pass
    }

    /** Loads the set; fails with {@link BadKey} when it cannot be had or holds no key for RS256. */
    static Future<Jwks> load(Vertx vertx, URI url, LongSupplier clock, long refreshEveryMillis) {
        JwksDownload download = new JwksDownload(vertx, url, TIMEOUT_MILLIS);
        return download.keys().map(found -> {
            if (found.isEmpty()) {
                throw new BadKey("The key set " + AuthOptions.withoutSecrets(url)
                        + " holds no RSA key for RS256 signatures; check jwksUrl and its server.");
            }
            return new Jwks(vertx, download, Keys.rs256(vertx, found), clock, refreshEveryMillis);
        });
    }

    /** Completes at once, on the caller's thread, unless it has to wait for a download: then on the caller's context. */
    @Override
    public Future<Void> prove(String jwt) {
        Keys known = keys;
        if (clock.getAsLong() - loadedAt >= STALE_MILLIS) {
            newer(known); // failures are logged there
        }
        return known.prove(jwt)
                .recover(refused -> isUnknownKey(refused)
                        ? newer(known).compose(now -> now == known ? Future.failedFuture(refused) : now.prove(jwt))
                        : Future.failedFuture(refused));
    }

    private static boolean isUnknownKey(Throwable refused) {
        return refused instanceof Unauthorized unauthorized
                && unauthorized.code().equals(Unauthorized.unknownKey().code());
    }

    /** Keys newer than {@code known} if there are any to be had now, else {@code known}. Never fails. */
    private synchronized Future<Keys> newer(Keys known) {
        if (keys != known) {
            return Future.succeededFuture(keys);
        }
        Future<Keys> running = loading;
        if (running == null) {
            if (askedLately()) {
                return Future.succeededFuture(known);
            }
            running = start();
        }
        return onCallersContext(running);
    }

    /** A clock that was set back must not stop refreshes until it has caught up. */
    private boolean askedLately() {
        long since = clock.getAsLong() - askedAt;
        return since >= 0 && since < refreshEveryMillis;
    }

    private Future<Keys> start() {
        Promise<Keys> loaded = Promise.promise();
        Future<Keys> running = loaded.future();
        askedAt = clock.getAsLong();
        loading = running;
        download.keys()
                .map(found -> Keys.rs256(vertx, found))
                .onSuccess(this::replace)
                .onFailure(failure -> LOG.warn("Kept the old keys. {}", failure.getMessage()))
                .onComplete(done -> finish(loaded));
        return running;
    }

    private void replace(Keys found) {
        if (found.isEmpty()) {
            LOG.warn("The key set is empty now: every RS256 token is refused until it has keys again");
        }
        keys = found;
        loadedAt = clock.getAsLong();
    }

    /** {@code loading} ends before its waiters go on, so that none of them joins a download that is over. */
    private void finish(Promise<Keys> loaded) {
        synchronized (this) {
            loading = null;
        }
        loaded.complete(keys);
    }

    /** The download ends on the event loop that began it; the others must not find themselves there. */
    private Future<Keys> onCallersContext(Future<Keys> running) {
        Context context = vertx.getOrCreateContext();
        Promise<Keys> here = Promise.promise();
        running.onComplete(done -> context.runOnContext(go -> here.complete(done.result())));
        return here.future();
    }
}
