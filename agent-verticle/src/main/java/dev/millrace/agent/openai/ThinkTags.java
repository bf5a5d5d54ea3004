package dev.millrace.agent.openai;

import dev.millrace.agent.model.Delta;
import java.util.function.Consumer;

/**
 * Parts the thoughts from the answer where a model writes both as one text, with thoughts between {@code <think>} and
 * {@code </think>}. Tags may come in pieces, so what could be the beginning of one is held back. Pure.
 */
final class ThinkTags {

    private static final String OPEN = "<think>";
    private static final String CLOSE = "</think>";

    private final Consumer<Delta> deltas;
    private final StringBuilder held = new StringBuilder();
    private boolean thinking;

    ThinkTags(Consumer<Delta> deltas) {
        this.deltas = deltas;
    }

    void text(String text) {
        held.append(text);
        String tag = tag();
        for (int at = held.indexOf(tag); at >= 0; at = held.indexOf(tag)) {
            give(at);
            held.delete(0, tag.length());
            thinking = !thinking;
            tag = tag();
        }
        give(held.length() - beginningOf(tag));
    }

    /** Nothing follows: what looked like a tag was none. */
    void end() {
        give(held.length());
    }

    private String tag() {
        return thinking ? CLOSE : OPEN;
    }

    /** How many of the last characters may be the first of the tag. */
    private int beginningOf(String tag) {
        int most = Math.min(tag.length() - 1, held.length());
        for (int length = most; length > 0; length--) {
            if (held.substring(held.length() - length).equals(tag.substring(0, length))) {
                return length;
            }
        }
        return 0;
    }

    private void give(int length) {
        if (length > 0) {
            String text = held.substring(0, length);
            held.delete(0, length);
            deltas.accept(thinking ? new Delta.Reasoning(text) : new Delta.Text(text));
        }
    }
}
