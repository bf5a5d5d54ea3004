package dev.millrace.agent.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads plain text: blank lines part paragraphs, an underlined line is a heading, indented paragraphs are code. */
final class TextReader {

    private static final Pattern ITEM = Pattern.compile("^\\s{0,8}(?:[-*•+]|(\\d{1,3}[.)]))\\s+(?=\\S)");
    private static final Pattern UNDERLINE = Pattern.compile("={3,}|-{3,}");

    private final Outline outline;
    private final List<String> paragraph = new ArrayList<>();

    TextReader(Outline outline) {
        this.outline = outline;
    }

    void read(String text) {
        int line = 0;
        for (String each : text.split("\n", -1)) {
            line++;
            if (each.isBlank()) {
                endParagraph(line);
            } else {
                paragraph.add(each);
            }
        }
        endParagraph(line + 1);
    }

    /** @param after the line after the paragraph's last */
    private void endParagraph(int after) {
        if (paragraph.isEmpty()) {
            return;
        }
        int first = after - paragraph.size();
        if (isHeading()) {
            outline.heading(paragraph.get(1).startsWith("=") ? 1 : 2, paragraph.get(0));
        } else if (paragraph.stream().allMatch(each -> each.startsWith("    ") || each.startsWith("\t"))) {
            outline.code(String.join("\n", paragraph).stripIndent(), first);
        } else {
            items(first);
        }
        paragraph.clear();
    }

    private boolean isHeading() {
        return paragraph.size() == 2
                && UNDERLINE.matcher(paragraph.get(1).strip()).matches();
    }

    /** Lines join into one paragraph, except that a bullet begins a new one. */
    private void items(int first) {
        String marker = "";
        StringBuilder text = new StringBuilder();
        int start = first;
        for (int i = 0; i < paragraph.size(); i++) {
            Matcher bullet = ITEM.matcher(paragraph.get(i));
            boolean item = bullet.find();
            if (item) {
                put(marker, text, start);
                marker = bullet.group(1) == null ? "- " : bullet.group(1) + " ";
                start = first + i;
            }
            text.append(item ? paragraph.get(i).substring(bullet.end()) : paragraph.get(i))
                    .append(' ');
        }
        put(marker, text, start);
    }

    private void put(String marker, StringBuilder text, int line) {
        if (marker.isEmpty()) {
            outline.prose(text.toString(), line);
        } else {
            outline.item(marker, text.toString(), line);
        }
        text.setLength(0);
    }
}
