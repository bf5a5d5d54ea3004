package dev.millrace.agent.documents;

import dev.millrace.agent.documents.Document.Section;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.text.Prose;
import dev.millrace.text.SentenceBreaks;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a document into passages: never across a heading, at block ends where it can, and so that each says enough to be
 * understood and little enough to be quoted.
 */
final class Passages {

    /** With so many words a passage is full, unless what follows hangs on it. */
    private static final int ENOUGH = 80;

    private static final int MOST = 200;

    /** A passage shorter than this joins the one before it in its section. */
    private static final int TOO_FEW = 40;

    /** For text without blanks (Chinese, base64): a passage is never longer than this, however few its words. */
    private static final int MOST_CHARS = 2_000;

    private final String source;
    private final String title;
    private final List<Passage> cut = new ArrayList<>();

    private Passages(String source, String title) {
        this.source = source;
        this.title = title;
    }

    static List<Passage> cut(String source, Document document) {
        Passages passages = new Passages(source, document.title());
        document.sections().forEach(passages::section);
        return List.copyOf(passages.cut);
    }

    private void section(Section section) {
        List<List<Block>> groups = new ArrayList<>();
        List<Block> group = new ArrayList<>();
        for (Block block :
                section.blocks().stream().flatMap(each -> pieces(each).stream()).toList()) {
            if (!group.isEmpty() && full(group, block)) {
                groups.add(group);
                group = new ArrayList<>();
            }
            group.add(block);
        }
        groups.add(group);
        joinShortEnd(groups);
        groups.forEach(each -> cut.add(passage(section.heading(), each)));
    }

    private static boolean full(List<Block> group, Block next) {
        int words = words(group);
        Block last = group.get(group.size() - 1);
        boolean hangs = last.text().endsWith(":") || (last.kind() == next.kind() && next.kind() == Block.Kind.ITEM);
        return words + next.words() > MOST
                || chars(group) + next.text().length() > MOST_CHARS
                || (words >= ENOUGH && !hangs);
    }

    private static void joinShortEnd(List<List<Block>> groups) {
        int last = groups.size() - 1;
        if (last < 1) {
            return;
        }
        List<Block> end = groups.get(last);
        List<Block> before = groups.get(last - 1);
        boolean fits = words(before) + words(end) <= MOST && chars(before) + chars(end) <= MOST_CHARS;
        if (words(end) < TOO_FEW && fits) {
            before.addAll(end);
            groups.remove(last);
        }
    }

    private Passage passage(String heading, List<Block> blocks) {
        StringBuilder text = new StringBuilder(blocks.get(0).text());
        for (int i = 1; i < blocks.size(); i++) {
            text.append(blocks.get(i - 1).separator(blocks.get(i)))
                    .append(blocks.get(i).text());
        }
        return new Passage(source, title, heading, blocks.get(0).line(), text.toString(), 0);
    }

    /** A block that is too long alone, in pieces: code at line ends, prose at sentence ends, anything else by length. */
    private static List<Block> pieces(Block block) {
        if (block.words() <= MOST && block.text().length() <= MOST_CHARS) {
            return List.of(block);
        }
        boolean code = block.kind() == Block.Kind.CODE;
        List<String> parts = code ? List.of(block.text().split("\n", -1)) : SentenceBreaks.split(block.text());
        String glue = code ? "\n" : " ";
        List<Block> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder();
        int line = block.line();
        for (int i = 0; i < parts.size(); i++) {
            for (String part : chunks(parts.get(i))) {
                if (!piece.isEmpty() && tooLong(piece, part)) {
                    add(pieces, block.kind(), piece, line);
                    line = code && block.line() > 0 ? block.line() + i : block.line();
                }
                piece.append(piece.isEmpty() ? "" : glue).append(part);
            }
        }
        add(pieces, block.kind(), piece, line);
        return pieces;
    }

    private static void add(List<Block> pieces, Block.Kind kind, StringBuilder text, int line) {
        if (!text.toString().isBlank()) {
            pieces.add(new Block(kind, text.toString(), line));
        }
        text.setLength(0);
    }

    private static boolean tooLong(StringBuilder piece, String more) {
        return piece.length() + more.length() > MOST_CHARS || Prose.words(piece.toString()) + Prose.words(more) > MOST;
    }

    /** A sentence without an end, cut at blanks where there are any and between characters where there are none. */
    private static List<String> chunks(String text) {
        List<String> chunks = new ArrayList<>();
        int start = 0;
        while (text.length() - start > MOST_CHARS / 2) {
            int end = start + MOST_CHARS / 2;
            int blank = text.lastIndexOf(' ', end);
            end = blank > start ? blank : Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end;
            chunks.add(text.substring(start, end));
            start = blank > start ? end + 1 : end;
        }
        chunks.add(text.substring(start));
        return chunks;
    }

    private static int words(List<Block> blocks) {
        return blocks.stream().mapToInt(Block::words).sum();
    }

    private static int chars(List<Block> blocks) {
        return blocks.stream().mapToInt(block -> block.text().length()).sum();
    }
}
