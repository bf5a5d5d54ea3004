package dev.millrace.log.redis;

import io.vertx.redis.client.Response;
import java.util.List;

/**
 * What a failure means. Redis says it in the first word of a sentence, which a script before 7.0 buries in a longer one.
 */
enum Trouble {
    /** The script must be sent whole. */
    FORGOTTEN,
    /** No room, and the policy is to refuse. */
    FULL,
    /** It may pass: a lost connection, a replica, a restart, a failover. What was asked is asked again. */
    PASSING,
    /** It will not pass: asking again would be answered the same. */
    LASTING;

    private static final List<String> WORDS_THAT_PASS = List.of(
            "CONNECTION_CLOSED",
            "READONLY ",
            "LOADING ",
            "MASTERDOWN ",
            "CLUSTERDOWN ",
            "TRYAGAIN ",
            "BUSY ",
            "MISCONF ",
            "NOREPLICAS ",
            "UNBLOCKED ",
            "NOAUTH ",
            "max number of clients");

    static Trouble of(Throwable cause) {
        String said = String.valueOf(cause.getMessage());
        if (!(cause instanceof Response)) {
            return PASSING; // not an answer of Redis: the way to it is broken
        }
        if (said.startsWith("NOSCRIPT")) {
            return FORGOTTEN;
        }
        if (said.contains("OOM command not allowed")) {
            return FULL;
        }
        return WORDS_THAT_PASS.stream().anyMatch(said::contains) ? PASSING : LASTING;
    }

    /** Why Redis does not let us in, in words that hold no secret. */
    static String reason(Throwable cause) {
        String said = String.valueOf(cause.getMessage());
        if (said.contains("WRONGPASS")) {
            return "it refuses the user or the password";
        }
        if (said.contains("NOAUTH")) {
            return "it wants a password";
        }
        return said.lines().map(String::trim).reduce((a, b) -> a + " " + b).orElse("no reason given");
    }
}
