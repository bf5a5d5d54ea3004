package dev.millrace.auth;

import io.vertx.core.Future;

/** Keys of one algorithm, wherever they come from. Safe for use from any thread. */
interface KeySource {

    /**
     * Succeeds when one of the keys signed {@code jwt}. Of the claims it says nothing. Fails with
     * {@link Unauthorized} only.
     */
    Future<Void> prove(String jwt);
}
