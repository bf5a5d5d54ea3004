package dev.millrace.agent.documents;

import dev.millrace.agent.text.Prose;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TableHead;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.BulletList;
import org.commonmark.node.Code;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.OrderedList;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.StrongEmphasis;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.jsoup.Jsoup;

/** Reads Markdown (CommonMark with GitHub's tables) from its syntax tree. One reader reads one document. */
final class MarkdownReader extends AbstractVisitor {

    private static final Parser PARSER = Parser.builder()
            .extensions(List.of(TablesExtension.create()))
            .includeSourceSpans(IncludeSourceSpans.BLOCKS)
            .build();
    private static final Pattern TASK = Pattern.compile("^\\[[ xX]\\] ");

    private static final int LONGEST_LEAD = 80;

    /** A level below those Markdown has. */
    private static final int BELOW_ALL = 7;

    private final Outline outline;

    /** What the next paragraph begins with: set on entering a list item, spent by the item's first paragraph. */
    private String marker = "";

    private String indent = "";

    MarkdownReader(Outline outline) {
        this.outline = outline;
    }

    void read(String text) {
        PARSER.parse(withoutFrontMatter(text)).accept(this);
    }

    /** YAML between two {@code ---} at the very top is not text; its lines stay as blank ones, so that lines keep their number. */
    private static String withoutFrontMatter(String text) {
        int end = text.startsWith("---\n") ? text.indexOf("\n---\n", 3) : -1;
        if (end < 0) {
            return text;
        }
        int body = end + "\n---\n".length();
        return "\n".repeat((int)
                        text.substring(0, body).chars().filter(c -> c == '\n').count())
                + text.substring(body);
    }

    @Override
    public void visit(Heading heading) {
        outline.heading(heading.getLevel(), text(heading));
    }

    @Override
    public void visit(Paragraph paragraph) {
        if (!marker.isEmpty()) {
            outline.item(marker, TASK.matcher(text(paragraph)).replaceFirst(""), line(paragraph));
            marker = "";
        } else if (paragraph.getParent() instanceof org.commonmark.node.Document) {
            led(paragraph);
        } else {
            outline.prose(text(paragraph), line(paragraph));
        }
    }

    /**
     * {@code **Heartbeat.** Every 15 s ...}: many write headings so, at the start of a paragraph or of a line in it. The
     * lead stays in the text, being often a sentence of its own, and is the heading of its paragraph and of the lists, tables
     * and code that hang on it, not of the next paragraph.
     */
    private void led(Paragraph paragraph) {
        outline.leave(BELOW_ALL);
        StringBuilder text = new StringBuilder();
        int line = line(paragraph);
        int start = line;
        for (Node node = paragraph.getFirstChild(); node != null; node = node.getNext()) {
            boolean lineBegins = node.getPrevious() == null || node.getPrevious() instanceof SoftLineBreak;
            String lead = lineBegins && node instanceof StrongEmphasis ? Prose.line(text(node)) : "";
            if (lead.length() < LONGEST_LEAD && (lead.endsWith(".") || lead.endsWith(":"))) {
                outline.prose(text.toString(), start);
                text.setLength(0);
                start = line;
                outline.heading(BELOW_ALL, lead.substring(0, lead.length() - 1));
            }
            line += node instanceof SoftLineBreak || node instanceof HardLineBreak ? 1 : 0;
            node.accept(new Inlines(text));
        }
        outline.prose(text.toString(), start);
    }

    @Override
    public void visit(BulletList list) {
        items(list, -1);
    }

    @Override
    public void visit(OrderedList list) {
        Integer first = list.getMarkerStartNumber();
        items(list, first == null ? 1 : first);
    }

    /** @param first the first item's number; negative for bullets */
    private void items(Node list, int first) {
        String outer = indent;
        int number = first;
        for (Node item = list.getFirstChild(); item != null; item = item.getNext()) {
            if (item instanceof ListItem) {
                marker = outer + (first < 0 ? "- " : number++ + ". ");
                indent = outer + "  ";
                visitChildren(item);
                marker = "";
            }
        }
        indent = outer;
    }

    @Override
    public void visit(FencedCodeBlock code) {
        // The fence is the block's first line; the code begins on the next.
        outline.code(code.getLiteral(), line(code) + 1);
    }

    @Override
    public void visit(IndentedCodeBlock code) {
        outline.code(code.getLiteral(), line(code));
    }

    @Override
    public void visit(HtmlBlock html) {
        outline.prose(Jsoup.parse(html.getLiteral()).text(), line(html));
    }

    @Override
    public void visit(CustomBlock block) {
        if (block instanceof TableBlock) {
            table(block);
        } else {
            visitChildren(block);
        }
    }

    private void table(Node table) {
        List<String> header = List.of();
        for (Node part = table.getFirstChild(); part != null; part = part.getNext()) {
            for (Node row = part.getFirstChild(); row != null; row = row.getNext()) {
                if (part instanceof TableHead) {
                    header = cells(row);
                } else if (row instanceof TableRow) {
                    outline.row(header, cells(row), line(row));
                }
            }
        }
    }

    private static List<String> cells(Node row) {
        List<String> cells = new ArrayList<>();
        for (Node cell = row.getFirstChild(); cell != null; cell = cell.getNext()) {
            if (cell instanceof TableCell) {
                cells.add(text(cell));
            }
        }
        return cells;
    }

    private static int line(Node node) {
        return node.getSourceSpans().isEmpty()
                ? 0
                : node.getSourceSpans().get(0).getLineIndex() + 1;
    }

    private static String text(Node node) {
        StringBuilder text = new StringBuilder();
        node.accept(new Inlines(text));
        return text.toString();
    }

    /** What a person reads of a paragraph: a link's words, an image's description, no tags. */
    private static final class Inlines extends AbstractVisitor {

        private final StringBuilder out;

        Inlines(StringBuilder out) {
            this.out = out;
        }

        @Override
        public void visit(Heading heading) {
            visitChildren(heading);
        }

        @Override
        public void visit(Text text) {
            out.append(text.getLiteral());
        }

        @Override
        public void visit(Code code) {
            out.append(code.getLiteral());
        }

        @Override
        public void visit(SoftLineBreak lineBreak) {
            out.append(' ');
        }

        @Override
        public void visit(HardLineBreak lineBreak) {
            out.append(' ');
        }

        @Override
        public void visit(HtmlInline tag) {
            // A tag is no text, but <br> parts words.
            if (tag.getLiteral().startsWith("<br")) {
                out.append(' ');
            }
        }
    }
}
