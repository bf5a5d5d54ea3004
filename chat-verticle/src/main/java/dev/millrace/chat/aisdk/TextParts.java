package dev.millrace.chat.aisdk;

import dev.millrace.chat.dialect.Frames;
import dev.millrace.event.RunEvent.Citation;
import dev.millrace.event.RunEvent.Token;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The text and the thoughts of a message: at most one part of them is open. */
final class TextParts {

    private final boolean extended;
    private final List<Citation> citations = new ArrayList<>();
    private int texts;
    private boolean open;
    private String id = "";
    private boolean answer;
    private int from;
    private int to;

    /** @param extended whether citations stand with the text, which only the newest clients can read */
    TextParts(boolean extended) {
        this.extended = extended;
    }

    void token(Token token, Frames out) {
        if (!open || answer != token.isAnswer() || !(answer || id.equals(token.part()))) {
            close(out);
            open(token, out);
        }
        to = token.at() + token.text().length();
        out.add(Chunk.part(kind() + "-delta", id).put("delta", token.text()));
    }

    private void open(Token token, Frames out) {
        open = true;
        answer = token.isAnswer();
        from = token.at();
        id = answer ? "text_" + ++texts : String.valueOf(token.part());
        out.add(Chunk.part(kind() + "-start", id));
    }

    private String kind() {
        return answer ? "text" : "reasoning";
    }

    void cite(Citation citation) {
        if (extended) {
            citations.add(citation);
        }
    }

    /** Closes what is open, if anything is. */
    void close(Frames out) {
        if (!open) {
            return;
        }
        open = false;
        JsonObject end = Chunk.part(kind() + "-end", id);
        JsonArray within = answer ? within() : new JsonArray();
        out.add(within.isEmpty() ? end : end.put("citations", within));
    }

    /** A citation may come before its text or behind it, but not behind another part. Offsets count within the part. */
    private JsonArray within() {
        JsonArray within = new JsonArray();
        for (Citation citation : citations) {
            Integer start = citation.start();
            Integer end = citation.end();
            if (start != null && end != null && start >= from && end <= to) {
                JsonObject cited = new JsonObject()
                        .put("source", Sources.source(citation))
                        .put("startIndex", start - from)
                        .put("endIndex", end - from);
                within.add(citation.quote() == null ? cited : cited.put("citedText", citation.quote()));
            }
        }
        return within;
    }
}
