package dev.millrace.events;

import dev.millrace.auth.Caller;
import dev.millrace.feed.FeedName;
import dev.millrace.feed.Filter;
import dev.millrace.http.Credentials;
import dev.millrace.http.Problem;
import io.vertx.ext.web.RoutingContext;

/** What requests say of feeds: which one, whether the caller may, and what of it. */
final class FeedRequest {

    private FeedRequest() {}

    /** The feed of the query, if the caller may read it. @throws Problem 400, 403 */
    static FeedName readable(RoutingContext ctx) {
        return readable(ctx, named(ctx));
    }

    /** The feed of this name, if the caller may read it. @throws Problem 400, 403 */
    static FeedName readable(RoutingContext ctx, String name) {
        Caller caller = Credentials.caller(ctx);
        FeedName feed = feed(caller, name);
        return allowed(caller.feeds().mayRead(name), feed, "read");
    }

    /** The feed of the query, if the caller may publish to it. @throws Problem 400, 403 */
    static FeedName publishable(RoutingContext ctx) {
        Caller caller = Credentials.caller(ctx);
        FeedName feed = feed(caller, named(ctx));
        return allowed(caller.feeds().mayPublish(feed.name()), feed, "publish to");
    }

    static String named(RoutingContext ctx) {
        return ctx.request().getParam("feed", FeedName.MAIN);
    }

    private static FeedName feed(Caller caller, String name) {
        try {
            return new FeedName(caller.tenant(), name);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("bad_parameter", e.getMessage() + ".");
        }
    }

    private static FeedName allowed(boolean allowed, FeedName feed, String what) {
        if (allowed) {
            return feed;
        }
        throw new Problem(403, "feed_forbidden", "The token may not " + what + " the feed '" + feed.name() + "'.");
    }

    /** @throws Problem 400 when it is none */
    static Filter filter(RoutingContext ctx) {
        try {
            return Filter.of(
                    ctx.request().params().getAll("type"),
                    ctx.request().params().getAll("subject"));
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("bad_parameter", e.getMessage() + ".");
        }
    }

    /** A consumer's name. @throws Problem 400 when it is none */
    static String consumer(String name) {
        if (FeedName.isName(name)) {
            return name;
        }
        throw Problem.badRequest(
                "bad_parameter",
                "A consumer's name must have 1 to 64 lower-case letters, digits, dots, dashes or underscores.");
    }
}
