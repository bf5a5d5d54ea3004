package dev.millrace.agent.model;

import io.vertx.core.json.JsonObject;

/**
 * A stretch of a document, with its place.
 *
 * @param source the file's path inside the documents folder, with forward slashes
 * @param title the document's title: its first heading, else the file name
 * @param heading the headings above the passage, joined by {@code " › "}; empty before the first heading
 * @param line the passage's first line in the file, from 1; 0 where a format has no lines (HTML)
 * @param text the passage as a person reads it, without markup: paragraphs are parted by an empty line, items of a list and
 *     rows of a table stand on lines of their own behind {@code "- "} or {@code "1. "}, code is indented by four spaces
 * @param score how well it fits the question; comparable within one search only
 */
public record Passage(String source, String title, String heading, int line, String text, double score) {

    /** Parts two headings of which one stands below the other. */
    public static final String ARROW = " › ";

    /** Title and headings as one line, without saying the title twice. */
    public String place() {
        if (heading.isEmpty() || heading.equals(title)) {
            return title;
        }
        return heading.startsWith(title + ARROW) ? heading : title + ARROW + heading;
    }

    /** Where a reader finds it: {@code resume.md#L12}, or the file alone where it has no lines. */
    public String address() {
        return line > 0 ? source + "#L" + line : source;
    }

    public Passage scored(double other) {
        return new Passage(source, title, heading, line, text, other);
    }

    public JsonObject toJson() {
        return new JsonObject()
                .put("source", source)
                .put("title", title)
                .put("heading", heading)
                .put("line", line)
                .put("text", text)
                .put("score", score);
    }
}
