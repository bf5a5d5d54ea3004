package dev.millrace.agent.documents;

import dev.millrace.agent.text.Prose;
import java.util.Locale;
import java.util.Optional;

/** The kinds of file that are read. */
enum Format {
    MARKDOWN,
    TEXT,
    HTML;

    /** By the name's ending; empty for files that are none of ours. */
    static Optional<Format> of(String fileName) {
        String ending = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return switch (ending) {
            case "md", "markdown" -> Optional.of(MARKDOWN);
            case "txt" -> Optional.of(TEXT);
            case "html", "htm" -> Optional.of(HTML);
            default -> Optional.empty();
        };
    }

    /** @param text the file's text as {@link Prose#fromFile} leaves it */
    Document read(String fileName, String text) {
        Outline outline = new Outline();
        switch (this) {
            case MARKDOWN -> new MarkdownReader(outline).read(text);
            case TEXT -> new TextReader(outline).read(text);
            case HTML -> new HtmlReader(outline).read(text);
        }
        return outline.finish(fileName);
    }
}
