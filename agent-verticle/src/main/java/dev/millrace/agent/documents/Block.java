package dev.millrace.agent.documents;

import dev.millrace.agent.text.Prose;

/**
 * One paragraph, list item, table row or code block, as a person reads it.
 *
 * @param text for an item or a row with its leading {@code "- "} or {@code "1. "}; for code indented by four spaces
 * @param line its first line in the file, from 1; 0 where a format has no lines
 */
record Block(Kind kind, String text, int line) {

    enum Kind {
        PROSE,
        ITEM,
        CODE
    }

    /** What stands between this block and the one after it: items of a list stay together. */
    String separator(Block next) {
        return kind == Kind.ITEM && next.kind == Kind.ITEM ? "\n" : "\n\n";
    }

    int words() {
        return Prose.words(text);
    }
}
