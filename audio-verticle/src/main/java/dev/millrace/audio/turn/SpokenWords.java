package dev.millrace.audio.turn;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Written text as it is said: without marks of Markdown, numbers of sources, and addresses that nobody wants to hear. It
 * knows of each character where it stood, so that an engine's marks lead back to what was written.
 */
public final class SpokenWords {

    private static final Pattern LINK = Pattern.compile("!?\\[([^\\]\\n]{0,300})\\]\\([^)\\s]{0,2000}\\)");
    private static final Pattern SOURCE = Pattern.compile("\\s?\\[\\d{1,3}\\]");
    private static final Pattern URL = Pattern.compile("\\b(?:https?|wss?)://\\S+|\\bwww\\.\\S+");
    private static final Pattern LEAD = Pattern.compile("^\\s*(?:#{1,6}\\s+|[-*+]\\s+|>\\s?)");
    private static final Pattern MARKS = Pattern.compile("\\*{1,3}|`|__|~~|\\|");
    private static final Pattern EDGES = Pattern.compile("^\\s+|\\s+$");
    private static final Pattern BLANKS = Pattern.compile("(\\s)\\s*");

    private final int written;
    private StringBuilder said;
    /** Where each character that is said stands in the text. */
    private int[] places;

    private SpokenWords(String text) {
        written = text.length();
        said = new StringBuilder(text);
        places = new int[written];
        for (int i = 0; i < written; i++) {
            places[i] = i;
        }
    }

    /** With an empty text when there is nothing to say. */
    static SpokenWords of(String text) {
        SpokenWords words = new SpokenWords(text);
        words.keep(LEAD, 0);
        words.keep(LINK, 1);
        words.keep(SOURCE, 0);
        words.keep(URL, 0);
        words.keep(MARKS, 0);
        words.keep(EDGES, 0);
        words.keep(BLANKS, 1);
        for (int i = 0; i < words.said.length(); i++) {
            if (Character.isWhitespace(words.said.charAt(i))) {
                words.said.setCharAt(i, ' ');
            }
        }
        if (words.said.chars().noneMatch(Character::isLetterOrDigit)) {
            words.said.setLength(0);
        }
        return words;
    }

    /** Of each match only the group is left; nothing of it for group 0. */
    private void keep(Pattern pattern, int group) {
        Matcher match = pattern.matcher(said.toString());
        StringBuilder kept = new StringBuilder();
        int[] from = new int[places.length];
        int at = 0;
        while (match.find()) {
            copy(at, match.start(), kept, from);
            if (group > 0) {
                copy(match.start(group), match.end(group), kept, from);
            }
            at = match.end();
        }
        copy(at, said.length(), kept, from);
        said = kept;
        places = from;
    }

    private void copy(int start, int end, StringBuilder kept, int[] from) {
        System.arraycopy(places, start, from, kept.length(), end - start);
        kept.append(said, start, end);
    }

    /** What is to be said. */
    String text() {
        return said.toString();
    }

    /** How much of the written text is over when so many characters were said. */
    public int written(int chars) {
        return chars >= said.length() ? written : places[Math.max(0, chars)];
    }
}
