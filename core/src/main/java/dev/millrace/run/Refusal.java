package dev.millrace.run;

import io.vertx.core.json.JsonObject;

/**
 * Why an agent does not do what it was asked. It crosses the event bus and ends as an HTTP answer.
 */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;
    private final transient JsonObject more;

    /**
     * @param status the HTTP status the client gets
     * @param code what a program decides by
     * @param detail what a person reads
     * @param more members beside those
     */
    public Refusal(int status, String code, String detail, JsonObject more) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
        this.more = more;
    }

    public Refusal(int status, String code, String detail) {
        this(status, code, detail, new JsonObject());
    }

    /** What comes too late for a run. */
    public static Refusal runOver() {
        return new Refusal(409, "run_over", "The run is over; start another one in its session.");
    }

    /** Whether that is why something failed. */
    public static boolean isRunOver(Throwable cause) {
        return cause instanceof Refusal refusal && refusal.code.equals(runOver().code);
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public JsonObject more() {
        return more;
    }

    /** The text of a failed reply: the bus carries a number and a string, no more. */
    String encode() {
        return new JsonObject()
                .put("code", code)
                .put("detail", getMessage())
                .put("more", more)
                .encode();
    }

    static Refusal decode(int status, String text) {
        JsonObject json = new JsonObject(text);
        return new Refusal(status, json.getString("code"), json.getString("detail"), json.getJsonObject("more"));
    }
}
