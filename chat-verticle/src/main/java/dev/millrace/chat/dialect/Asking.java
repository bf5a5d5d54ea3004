package dev.millrace.chat.dialect;

import dev.millrace.run.StartRun;
import org.jspecify.annotations.Nullable;

/**
 * What a body asks for: a run, or that one goes on. Exactly one of the two.
 *
 * @param start the question
 * @param reply what is said to a run that asked
 */
public record Asking(@Nullable StartRun start, @Nullable Reply reply) {

    public static Asking question(StartRun start) {
        return new Asking(start, null);
    }

    public static Asking reply(Reply reply) {
        return new Asking(null, reply);
    }
}
