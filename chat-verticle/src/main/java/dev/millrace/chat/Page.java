package dev.millrace.chat;

import dev.millrace.http.Problem;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list a client asks for: {@code ?limit=20&before=…}, the newest first.
 *
 * @param before the id of the item to go on after; null to begin with the newest
 */
record Page(int limit, @Nullable String before) {

    private static final int DEFAULT = 20;
    private static final int MOST = 100;

    /** @throws Problem for a limit that is none */
    static Page of(RoutingContext ctx) {
        return new Page(limit(ctx.request().getParam("limit")), ctx.request().getParam("before"));
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return DEFAULT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MOST) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // as wrong as a number out of bounds
        }
        throw Problem.badRequest("bad_parameter", "limit must be a whole number from 1 to " + MOST + ".");
    }

    /**
     * What follows {@link #before}.
     *
     * @param what they are, for people
     * @throws Problem when it is none of these
     */
    <T> List<T> of(List<T> newestFirst, Function<T, String> id, String what) {
        if (before == null) {
            return newestFirst;
        }
        for (int i = 0; i < newestFirst.size(); i++) {
            if (id.apply(newestFirst.get(i)).equals(before)) {
                return newestFirst.subList(i + 1, newestFirst.size());
            }
        }
        throw Problem.badRequest("bad_parameter", "before must be the id of one of your " + what + ".");
    }
}
