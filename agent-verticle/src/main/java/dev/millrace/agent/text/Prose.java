package dev.millrace.agent.text;

import java.util.regex.Pattern;

/** Plain text: how it is cleaned and counted. */
public final class Prose {

    private static final Pattern BLANK = Pattern.compile("[\\s\\u00a0\\u200b\\ufeff]+");
    private static final Pattern FOOTNOTE = Pattern.compile("\\[\\^[^\\]\\s]{1,40}\\]");
    private static final Pattern LINE_END = Pattern.compile("\\r\\n?");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\\n\\t]]");

    private Prose() {}

    /** A file's text with {@code \n} line ends only, no byte order mark and no control characters; lines keep their number. */
    public static String fromFile(String text) {
        String marked = text.startsWith("\ufeff") ? text.substring(1) : text;
        return CONTROL.matcher(LINE_END.matcher(marked).replaceAll("\n")).replaceAll(" ");
    }

    /** One line, single blanks. */
    public static String line(String text) {
        return BLANK.matcher(FOOTNOTE.matcher(text).replaceAll(""))
                .replaceAll(" ")
                .strip();
    }

    /** Code as it stands, each line indented by four spaces so that plain text still tells it from prose. */
    public static String code(String text) {
        return text.stripTrailing().indent(4).stripTrailing();
    }

    public static int words(String text) {
        int words = 0;
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            boolean blank = Character.isWhitespace(text.charAt(i));
            if (!blank && !inWord) {
                words++;
            }
            inWord = !blank;
        }
        return words;
    }
}
