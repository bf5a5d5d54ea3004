package dev.millrace.agent.documents;

import dev.millrace.agent.documents.Document.Section;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.text.Prose;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A document while it is read: takes headings and blocks in their order, and knows under which headings a block stands. */
final class Outline {

    private final List<Section> sections = new ArrayList<>();
    private final List<Heading> path = new ArrayList<>();
    private List<Block> blocks = new ArrayList<>();
    private @Nullable String title;

    private record Heading(int level, String text) {}

    void heading(int level, String text) {
        String line = Prose.line(text);
        if (line.isEmpty()) {
            return;
        }
        endSection();
        path.removeIf(above -> above.level() >= level);
        path.add(new Heading(level, line));
        if (title == null && level <= 6) {
            title = line;
        }
    }

    /** Ends what stands below a heading of this level or a lower one, without a new heading. */
    void leave(int level) {
        if (path.stream().anyMatch(above -> above.level() >= level)) {
            endSection();
            path.removeIf(above -> above.level() >= level);
        }
    }

    void prose(String text, int line) {
        add(Block.Kind.PROSE, Prose.line(text), line);
    }

    /** @param marker what the item begins with, e.g. {@code "- "} */
    void item(String marker, String text, int line) {
        String words = Prose.line(text);
        add(Block.Kind.ITEM, words.isEmpty() ? "" : marker + words, line);
    }

    void code(String text, int line) {
        add(Block.Kind.CODE, Prose.code(text), line);
    }

    /**
     * A table's row as a sentence of sorts: the first cell, behind its column's name, is what it is about; the header says
     * what the others are.
     */
    void row(List<String> header, List<String> cells, int line) {
        List<String> facts = new ArrayList<>();
        for (int i = 1; i < cells.size(); i++) {
            String cell = Prose.line(cells.get(i));
            if (!cell.isEmpty()) {
                String name = cells.size() > 2 ? name(header, i) : "";
                facts.add(name.isEmpty() ? cell : name + ": " + cell);
            }
        }
        String subject = cells.isEmpty() ? "" : subject(name(header, 0), Prose.line(cells.get(0)));
        String between = subject.isEmpty() || facts.isEmpty() ? "" : cells.size() > 2 ? " — " : ": ";
        item("- ", subject + between + String.join("; ", facts), line);
    }

    /** {@code error code busy}, unless the cell says itself what it is. */
    private static String subject(String name, String cell) {
        boolean said = cell.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT));
        return cell.isEmpty() || name.isEmpty() || said ? cell : name + " " + cell;
    }

    private static String name(List<String> header, int column) {
        return column < header.size() ? Prose.line(header.get(column)) : "";
    }

    Document finish(String fileName) {
        endSection();
        return new Document(title == null ? fileName : title, List.copyOf(sections));
    }

    private void add(Block.Kind kind, String text, int line) {
        if (!text.isBlank()) {
            blocks.add(new Block(kind, text, line));
        }
    }

    private void endSection() {
        if (!blocks.isEmpty()) {
            String above = path.stream().map(Heading::text).collect(Collectors.joining(Passage.ARROW));
            sections.add(new Section(above, List.copyOf(blocks)));
            blocks = new ArrayList<>();
        }
    }
}
