package dev.millrace.agent;

import dev.millrace.agent.model.Delta;
import dev.millrace.event.RunEvent;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;

/** The answer as far as it has come. */
final class Transcript {

    private final StringBuilder text = new StringBuilder();
    private final List<RunEvent.Citation> citations = new ArrayList<>();

    /** The token that carries the next piece of text, at the place where it belongs. */
    RunEvent.Token token(String piece) {
        RunEvent.Token token = new RunEvent.Token(piece, text.length());
        text.append(piece);
        return token;
    }

    RunEvent.Citation cite(Delta.Citation from) {
        RunEvent.Citation citation = new RunEvent.Citation(
                from.n(), from.title(), from.source(), from.url(), from.quote(), from.start(), from.end());
        citations.add(citation);
        return citation;
    }

    /** Forgets what did not get into the log, and what speaks of it. */
    void cutTo(int length) {
        text.setLength(length);
        citations.removeIf(citation -> {
            Integer end = citation.end();
            return end != null && end > length;
        });
    }

    String text() {
        return text.toString();
    }

    int length() {
        return text.length();
    }

    JsonArray citations() {
        return new JsonArray(citations.stream().map(RunEvent.Citation::toJson).toList());
    }
}
