package dev.millrace.chat.dialect;

import dev.millrace.http.Body;
import dev.millrace.http.Problem;
import dev.millrace.run.Owner;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * A protocol that a front end speaks on {@code /api/chat}. All of them are the same runs in the same log; a dialect is how
 * a body asks, how a reader is told, and where a reader begins who comes back. Made for one request.
 */
public interface Dialect {

    /** As it stands in the query, and in the header {@link #HEADER} of request and response. */
    String name();

    String HEADER = "X-Stream-Protocol";

    /** The headers that its clients look for, beside those of every stream. */
    default void head(HttpServerResponse response) {}

    /**
     * What a body asks for.
     *
     * @param idempotencyKey of the request's header, which wins over the protocol's own; null without one
     * @throws Problem naming the field that is wrong
     */
    Asking read(Body body, Owner owner, @Nullable String idempotencyKey);

    /**
     * Whether a reply that a run does not take is refused in a stream, and not as any other request is.
     *
     * @param said what the stream says
     */
    default boolean refuses(Problem problem, Frames said) {
        return false;
    }

    /** Whether a reader cannot be told what comes without what came before. */
    default boolean looksBack() {
        return true;
    }

    /** Whether a reader who comes back is told what was said before the run, too. */
    default boolean tellsHistory() {
        return false;
    }

    /** What a reader of a run is given. */
    View view(Visit visit);
}
