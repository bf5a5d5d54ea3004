package dev.millrace.auth;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Fetches a JWK set: one GET, no redirects, bounded in time and size. */
final class JwksDownload {

    private static final int MAX_BYTES = 1 << 20;

    private final Vertx vertx;
    private final URI url;
    private final long timeoutMillis;

    /** @param timeoutMillis for all of it, from the look-up of the host to the last byte */
    JwksDownload(Vertx vertx, URI url, long timeoutMillis) {
        this.vertx = vertx;
        this.url = url;
        this.timeoutMillis = timeoutMillis;
    }

    /** The keys, perhaps none; fails with {@link BadKey}. */
    Future<List<RsaKey>> keys() {
        return Future.succeededFuture()
                .compose(start -> document())
                .map(JwkSet::parse)
                .recover(failure -> Future.failedFuture(badKey(failure)));
    }

    /**
     * A client for each download: they are rare, and one that is kept would belong to whichever verticle came first
     * and be closed with it. Closing it also ends a transfer that took too long or sent too much.
     */
    private Future<Buffer> document() {
        HttpClient client = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout((int) timeoutMillis));
        return client.request(new RequestOptions().setMethod(HttpMethod.GET).setAbsoluteURI(url.toString()))
                .compose(JwksDownload::exchange)
                .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                .eventually(client::close);
    }

    private static Future<Buffer> exchange(HttpClientRequest request) {
        return request.putHeader("Accept", "application/json").send().compose(response -> {
            int status = response.statusCode();
            return status == 200 ? body(response) : refused("answered " + status + " instead of 200");
        });
    }

    /** As {@code response.body()}, but bounded. */
    private static Future<Buffer> body(HttpClientResponse response) {
        Promise<Buffer> body = Promise.promise();
        Buffer received = Buffer.buffer();
        response.exceptionHandler(body::tryFail);
        response.endHandler(end -> body.tryComplete(received));
        response.handler(chunk -> {
            if (received.length() + chunk.length() > MAX_BYTES) {
                response.pause();
                body.tryFail(new BadKeySet("is larger than 1 MiB"));
            } else {
                received.appendBuffer(chunk);
            }
        });
        return body.future();
    }

    private static Future<Buffer> refused(String reason) {
        return Future.failedFuture(new BadKeySet(reason));
    }

    /** Without the cause, whose message would show the query of the URL. */
    private BadKey badKey(Throwable failure) {
        return new BadKey("The key set " + AuthOptions.withoutSecrets(url) + " " + reason(failure)
                + "; check jwksUrl and its server.");
    }

    private static String reason(Throwable failure) {
        if (failure instanceof BadKeySet) {
            return Objects.requireNonNull(failure.getMessage());
        }
        if (failure instanceof TimeoutException) {
            return "did not answer in time";
        }
        if (failure instanceof UnknownHostException) {
            return "is on a host that is not known";
        }
        if (failure instanceof ConnectException) {
            return "cannot be reached";
        }
        if (failure instanceof SSLException) {
            return "has no TLS certificate we trust";
        }
        if (failure instanceof HttpClosedException) {
            return "closed the connection";
        }
        return "cannot be loaded (" + failure.getClass().getSimpleName() + ")";
    }
}
