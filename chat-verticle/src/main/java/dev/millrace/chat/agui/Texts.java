package dev.millrace.chat.agui;

import dev.millrace.chat.dialect.Frames;
import dev.millrace.event.RunEvent.Citation;
import dev.millrace.event.RunEvent.Token;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The text and the thoughts of an answer: at most one message of them is open. */
final class Texts {

    private final Snapshot snapshot;
    private final List<Citation> citations = new ArrayList<>();
    private String base = "msg";
    private int messages = 1;
    private boolean behindResult;
    private boolean open;
    private boolean answer;
    private String id = "";
    private int from;
    private int to;

    Texts(Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    /** @param message the id of the answer, of which all others are made */
    void begin(String message) {
        base = message;
    }

    String base() {
        return base;
    }

    /** The message that text, or a call, goes into: behind the result of a tool there is another. */
    String message() {
        if (behindResult) {
            behindResult = false;
            messages++;
        }
        return messages == 1 ? base : base + "_" + messages;
    }

    void resultFollows() {
        behindResult = true;
    }

    void token(Token token, Frames out) {
        String message = token.isAnswer() ? message() : base + "_" + token.part();
        if (!open || !id.equals(message)) {
            close(out);
            id = message;
            answer = token.isAnswer();
            from = token.at();
            open(out);
        }
        to = token.at() + token.text().length();
        snapshot.append(id, answer ? "assistant" : "reasoning", token.text());
        out.add(Say.message(answer ? "TEXT_MESSAGE_CONTENT" : "REASONING_MESSAGE_CONTENT", id)
                .put("delta", token.text()));
    }

    private void open(Frames out) {
        open = true;
        if (answer) {
            out.add(Say.message("TEXT_MESSAGE_START", id).put("role", "assistant"));
        } else {
            out.add(Say.message("REASONING_START", id));
            out.add(Say.message("REASONING_MESSAGE_START", id).put("role", "reasoning"));
        }
    }

    /** Opens what is open once more, for who was not there when it was. */
    void reopen(Frames out) {
        if (open) {
            open(out);
        }
    }

    void cite(Citation citation) {
        citations.add(citation);
    }

    void close(Frames out) {
        if (!open) {
            return;
        }
        open = false;
        if (answer) {
            JsonObject end = Say.message("TEXT_MESSAGE_END", id);
            JsonArray within = within();
            out.add(within.isEmpty() ? end : end.put("metadata", new JsonObject().put("citations", within)));
        } else {
            out.add(Say.message("REASONING_MESSAGE_END", id));
            out.add(Say.message("REASONING_END", id));
        }
    }

    /** Offsets count within what was said since the message was opened. */
    private JsonArray within() {
        JsonArray within = new JsonArray();
        for (Citation citation : citations) {
            Integer start = citation.start();
            Integer end = citation.end();
            if (start != null && end != null && start >= from && end <= to) {
                within.add(citation.toJson().put("start", start - from).put("end", end - from));
            }
        }
        return within;
    }
}
