package dev.millrace.agent;

import io.vertx.core.json.JsonObject;

/**
 * A stretch of a document, with its place.
 *
 * @param source the file's path inside the documents folder, with forward slashes
 * @param title the document's title: its first heading, else the file name
 * @param heading the headings above the passage, joined by {@code " › "}; empty before the first heading
 * @param line the passage's first line in the file, from 1; 0 where a format has no lines (HTML)
 * @param text the passage as a person reads it, without markup
 * @param score how well it fits the question; comparable within one search only
 */
record Passage(String source, String title, String heading, int line, String text, double score) {

    JsonObject toJson() {
        return new JsonObject()
                .put("source", source)
                .put("title", title)
                .put("heading", heading)
                .put("line", line)
                .put("text", text)
                .put("score", score);
    }
}
