package dev.millrace.agent;

import dev.millrace.agent.model.Delta;
import dev.millrace.event.RunEvent;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;

/** The answer as far as it has come. */
final class Transcript {

    private final StringBuilder text = new StringBuilder();
    private int thoughts;
    private int thoughtParts;
    private int thoughtsInPart;
    private boolean thinking;
    private final List<RunEvent.Citation> citations = new ArrayList<>();

    /** The token that carries the next piece of text, at the place where it belongs. */
    RunEvent.Token token(String piece) {
        RunEvent.Token token = new RunEvent.Token(piece, text.length());
        text.append(piece);
        thinking = false;
        return token;
    }

    /** The token that carries the next piece of what the model thinks. Thoughts behind text are a part of their own. */
    RunEvent.Token thought(String piece) {
        if (!thinking) {
            thinking = true;
            thoughtParts++;
            thoughtsInPart = 0;
        }
        RunEvent.Token token = RunEvent.Token.reasoning(piece, thoughtsInPart, "reasoning_" + thoughtParts);
        thoughtsInPart += piece.length();
        thoughts += piece.length();
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

    /** How much was thought and said, in UTF-16 units. */
    int written() {
        return text.length() + thoughts;
    }

    JsonArray citations() {
        return new JsonArray(citations.stream().map(RunEvent.Citation::toJson).toList());
    }
}
