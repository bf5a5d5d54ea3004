package dev.millrace.chat.dialect;

import org.jspecify.annotations.Nullable;

/**
 * What a front end says to something that a run asked.
 *
 * @param run that asked; null when the front end does not say
 * @param to the id of the request, or of the call that it is about
 * @param value {@code true} or {@code false} for leave, false for anything that is declined, else any JSON
 */
public record Answer(@Nullable String run, String to, Object value) {

    public Answer(String to, Object value) {
        this(null, to, value);
    }

    public boolean answers(String asking, Request request) {
        return (run == null || run.equals(asking)) && (to.equals(request.id()) || to.equals(request.call()));
    }
}
