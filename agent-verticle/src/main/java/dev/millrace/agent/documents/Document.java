package dev.millrace.agent.documents;

import java.util.List;

/**
 * A file as its reader understood it.
 *
 * @param title its first heading, else the file name
 */
record Document(String title, List<Section> sections) {

    /**
     * What stands below one heading, up to the next.
     *
     * @param heading the headings above, joined by {@code " › "}; empty before the first
     */
    record Section(String heading, List<Block> blocks) {}
}
