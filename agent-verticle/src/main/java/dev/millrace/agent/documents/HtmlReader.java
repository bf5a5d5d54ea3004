package dev.millrace.agent.documents;

import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;

/** Reads what a browser would show of an HTML page's main part. One reader reads one document. */
final class HtmlReader {

    private static final String NOT_TEXT =
            "script, style, noscript, template, nav, footer, form, button, select, svg, iframe, dialog,"
                    + " [hidden], [aria-hidden=true], a.headerlink, a.anchor";

    /** HTML has lines, but nobody who follows a citation into a page sees them. */
    private static final int NO_LINE = 0;

    private final Outline outline;
    private final StringBuilder inline = new StringBuilder();

    /** What the next paragraph begins with: set on entering a list item, spent by its first text. */
    private String marker = "";

    HtmlReader(Outline outline) {
        this.outline = outline;
    }

    void read(String text) {
        org.jsoup.nodes.Document page = Jsoup.parse(text);
        page.select(NOT_TEXT).remove();
        Element main = page.selectFirst("main, [role=main], article");
        Element top = main == null ? page.body() : main;
        if (top.selectFirst("h1, h2, h3, h4, h5, h6") == null) {
            outline.heading(1, page.title());
        }
        walk(top);
        endParagraph();
    }

    private void walk(Element parent) {
        for (Node child : parent.childNodes()) {
            if (child instanceof TextNode text) {
                inline.append(text.getWholeText());
            } else if (child instanceof Element element) {
                visit(element);
            }
        }
    }

    private void visit(Element element) {
        switch (element.normalName()) {
            case "h1", "h2", "h3", "h4", "h5", "h6" -> {
                endParagraph();
                outline.heading(element.normalName().charAt(1) - '0', element.text());
            }
            case "pre" -> {
                endParagraph();
                outline.code(element.wholeText(), NO_LINE);
            }
            case "table" -> {
                endParagraph();
                table(element);
            }
            case "li", "dd" -> item(element);
            case "br" -> inline.append(' ');
            case "img" -> inline.append(element.attr("alt"));
            default -> other(element);
        }
    }

    private void other(Element element) {
        if (!element.isBlock()) {
            walk(element);
            return;
        }
        endParagraph();
        walk(element);
        endParagraph();
    }

    private void item(Element element) {
        endParagraph();
        marker = "- ";
        walk(element);
        endParagraph();
        marker = "";
    }

    private void table(Element table) {
        List<String> header = List.of();
        for (Element row : table.select("tr")) {
            if (row.selectFirst("> td") == null) {
                header = cells(row);
            } else {
                outline.row(header, cells(row), NO_LINE);
            }
        }
    }

    /** One text per cell, empty ones too: {@code eachText} leaves those out, and the header would slip. */
    private static List<String> cells(Element row) {
        return row.select("> th, > td").stream().map(Element::text).toList();
    }

    private void endParagraph() {
        String text = inline.toString();
        inline.setLength(0);
        if (text.isBlank()) {
            return;
        }
        if (marker.isEmpty()) {
            outline.prose(text, NO_LINE);
        } else {
            outline.item(marker, text, NO_LINE);
            marker = "";
        }
    }
}
