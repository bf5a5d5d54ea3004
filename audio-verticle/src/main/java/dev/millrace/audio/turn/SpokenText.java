package dev.millrace.audio.turn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which text belongs to which sound of a speech. Each mark says how much of the text has been spoken by a moment. Marks
 * of words are exact; where an engine gives none, text is taken to flow evenly between two marks, and is cut between words.
 */
public final class SpokenText {

    private final StringBuilder text = new StringBuilder();
    private final List<Mark> marks = new ArrayList<>();
    private int told = 1;

    /**
     * By {@code atMs} so much was spoken.
     *
     * @param atMs since the speech's first sample
     * @param chars UTF-16 units of the speech's text
     * @param word whether the word that follows begins there, and is heard when the next mark is
     */
    public record Mark(long atMs, int chars, boolean word) {}

    /**
     * The text that was heard, and what was not.
     *
     * @param exact whether it was cut where the engine says, and not where the text should be by proportion
     */
    public record Split(String spoken, String unspoken, boolean exact) {}

    public SpokenText() {
        this("", 0);
    }

    /** Of a speech that goes on: so much of it was spoken by then. */
    public SpokenText(String spoken, long atMs) {
        text.append(spoken);
        marks.add(new Mark(atMs, spoken.length(), false));
    }

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
    public boolean mark(long atMs, int chars, boolean word) {
        Mark last = marks.get(marks.size() - 1);
        if (atMs < last.atMs() || chars < last.chars() || chars > text.length()) {
            return false;
        }
        return marks.add(new Mark(atMs, chars, word));
    }

    /** The next mark that nobody was told of, when its moment is not after this one; null when there is none. */
    public @Nullable Mark tell(long atMs) {
        return told < marks.size() && marks.get(told).atMs() <= atMs ? marks.get(told++) : null;
    }

    /** Parts the text where somebody stopped listening. Behind the last mark nothing is known to have been said. */
    public Split at(long heardMs) {
        int i = 0;
        while (i + 1 < marks.size() && marks.get(i + 1).atMs() <= heardMs) {
            i++;
        }
        Mark before = marks.get(i);
        // Between a mark and the first word that follows nothing is said.
        boolean exact =
                before.word() || i + 1 == marks.size() || marks.get(i + 1).word() || before.atMs() == heardMs;
        int chars = exact ? before.chars() : wordStart(between(before, marks.get(i + 1), heardMs));
        return new Split(text.substring(0, chars), text.substring(chars), exact);
    }

    private static int between(Mark before, Mark after, long heardMs) {
        long span = Math.max(1, after.atMs() - before.atMs());
        long heard = Math.max(0, heardMs - before.atMs());
        return (int) (before.chars() + (after.chars() - before.chars()) * heard / span);
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
