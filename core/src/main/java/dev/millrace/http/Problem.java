package dev.millrace.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An answer that is no success, as {@code application/problem+json} (RFC 9457). Thrown or failed with anywhere under a
 * route; {@link Problems} writes it. It has no stack trace: it is the client's news, not ours.
 */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1;

    private static final String RETRY_AFTER = "Retry-After";

    private final int status;
    private final String code;
    private final transient JsonObject members = new JsonObject();
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    /**
     * @param status 400 to 599
     * @param code what a program decides by: lower case, stable
     * @param detail what a person reads: what is wrong, with which value, and what to do. Never a secret
     */
    public Problem(int status, String code, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
    }

    public static Problem badRequest(String code, String detail) {
        return new Problem(400, code, detail);
    }

    /** The same for what never was, what is gone, and what belongs to somebody else: a stranger learns nothing. */
    public static Problem notFound(String what) {
        return new Problem(404, "not_found", "There is no such " + what + ", or it is not yours.");
    }

    /**
     * What another part of the system refuses, as the client sees it. A 503 and a 429 say when to come back, and not to
     * all the same.
     */
    public static Problem refused(int status, String code, String detail, JsonObject more) {
        Problem problem = new Problem(status, code, detail).with(more);
        return status == 503 || status == 429 ? problem.passing() : problem;
    }

    /** Adds a member beside the standard ones. */
    public Problem with(String member, Object value) {
        members.put(member, value);
        return this;
    }

    /** Adds every member of {@code more}. */
    public Problem with(JsonObject more) {
        members.mergeIn(more);
        return this;
    }

    public Problem header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Says that it will pass, and when to come back: at random, so that not everybody does in the same second. */
    public Problem passing() {
        return header(RETRY_AFTER, String.valueOf(ThreadLocalRandom.current().nextInt(1, 6)));
    }

    /** Whether it says when to come back. */
    boolean isPassing() {
        return headers.containsKey(RETRY_AFTER);
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public JsonObject toJson() {
        return new JsonObject()
                .put("type", "urn:millrace:problem:" + code)
                .put("title", HttpResponseStatus.valueOf(status).reasonPhrase())
                .put("status", status)
                .put("detail", getMessage())
                .put("code", code)
                .mergeIn(members);
    }

    /** Sends the problem, if the response has not begun; else breaks it off, for half a stream must not look whole. */
    void send(HttpServerResponse response) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        MultiMap out = response.headers();
        List.copyOf(out.names()).stream().filter(name -> !isOfEveryAnswer(name)).forEach(out::remove);
        out.set("Content-Type", "application/problem+json");
        out.set("Cache-Control", "no-store");
        headers.forEach(out::set);
        if (response.streamId() >= 0) {
            out.remove("Connection"); // HTTP/2 has no such header (RFC 9113, section 8.2.2)
        }
        response.setStatusCode(status).end(toJson().toBuffer());
    }

    /**
     * What was meant for the answer that is not given goes; what lets a page of another origin read this one stays, and
     * so does what is said of the connection.
     */
    private static boolean isOfEveryAnswer(String header) {
        return header.regionMatches(true, 0, "access-control-", 0, 15)
                || header.equalsIgnoreCase("vary")
                || header.equalsIgnoreCase("connection");
    }
}
