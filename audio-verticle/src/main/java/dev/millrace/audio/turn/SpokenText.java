package dev.millrace.audio.turn;

import java.util.ArrayList;
import java.util.List;

/**
 * Which text belongs to which sound of a speech. Each mark says how much of the text has been spoken by a moment; between
 * two marks the text is taken to flow evenly, and is cut between words.
 */
public final class SpokenText {

    private final StringBuilder text = new StringBuilder();
    private final List<Mark> marks = new ArrayList<>(List.of(new Mark(0, 0)));

    /**
     * By {@code atMs} so much was spoken.
     *
     * @param atMs since the speech's first sample
     * @param chars UTF-16 units of the speech's text
     */
    public record Mark(long atMs, int chars) {}

    /** The text that was heard, and what was not. */
    public record Split(String spoken, String unspoken) {}

    /** More text, which will be spoken after what there is. */
    public void add(String more) {
        text.append(more);
    }

    /** Length of the text so far, in UTF-16 units. */
    public int length() {
        return text.length();
    }

    public String text() {
        return text.toString();
    }

    /** Takes a mark. What is before the last one, in time or in text, is not believed. */
    public boolean mark(long atMs, int chars) {
        Mark last = marks.get(marks.size() - 1);
        if (atMs < last.atMs() || chars < last.chars() || chars > text.length()) {
            return false;
        }
        return marks.add(new Mark(atMs, chars));
    }

    /** Parts the text where somebody stopped listening. Behind the last mark nothing is known to have been said. */
    public Split at(long heardMs) {
        int chars = wordStart(chars(heardMs));
        return new Split(text.substring(0, chars), text.substring(chars));
    }

    private int chars(long heardMs) {
        Mark before = marks.get(0);
        for (Mark mark : marks) {
            if (mark.atMs() > heardMs) {
                return between(before, mark, heardMs);
            }
            before = mark;
        }
        return before.chars();
    }

    private static int between(Mark before, Mark after, long heardMs) {
        long span = Math.max(1, after.atMs() - before.atMs());
        return (int) (before.chars() + (after.chars() - before.chars()) * (heardMs - before.atMs()) / span);
    }

    /** A word that was begun was not heard, unless it is the last one and whole. */
    private int wordStart(int chars) {
        int at = Math.min(chars, text.length());
        if (at == text.length()) {
            return at;
        }
        while (at > 0 && !Character.isWhitespace(text.charAt(at - 1)) && !Character.isWhitespace(text.charAt(at))) {
            at--;
        }
        return at;
    }
}
