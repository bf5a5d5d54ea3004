package dev.millrace.http;

import io.vertx.ext.web.Router;

/** The answer to a method that a path does not have. */
public final class Methods {

    private Methods() {}

    /**
     * Ends the routes of a path: whatever comes here has another method. Said after them.
     *
     * @param allowed for the {@code Allow} header (RFC 9110, section 15.5.6), for example {@code "GET, DELETE"}
     */
    public static void only(Router router, String path, String allowed) {
        router.route(path).handler(ctx -> {
            throw new Problem(
                            405,
                            "method_not_allowed",
                            ctx.request().method() + " is not for this path, which takes " + allowed + ".")
                    .header("Allow", allowed);
        });
    }
}
