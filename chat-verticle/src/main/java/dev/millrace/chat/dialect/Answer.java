package dev.millrace.chat.dialect;

/**
 * What a front end says to something that a run asked.
 *
 * @param to the id of the request, or of the call that it is about
 * @param value {@code true} or {@code false} for leave, else any JSON
 */
public record Answer(String to, Object value) {

    public boolean answers(Request request) {
        return to.equals(request.id()) || to.equals(request.call());
    }
}
