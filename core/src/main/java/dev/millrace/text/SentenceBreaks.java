package dev.millrace.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where the sentences of a line of text end. {@code java.text.BreakIterator} parts "e.g. Redis" and "v. 2", so this one
 * looks at what stands before and after a full stop.
 */
public final class SentenceBreaks {

    private static final String ENDERS = ".!?…。！？।؟۔";
    private static final String WIDE_ENDERS = "。！？";
    private static final String CLOSERS = "\"'”’)]»」』";
    private static final Set<String> ABBREVIATIONS = Set.of(
            "e.g", "i.e", "vs", "cf", "ca", "approx", "fig", "mr", "mrs", "dr", "prof", "incl", "resp", "al", "eg",
            "ie", "viz", "a.k.a");
    private static final Set<String> ABBREVIATIONS_BEFORE_NUMBERS =
            Set.of("no", "nr", "p", "pp", "sec", "vol", "v", "ch");

    /** A bracket that is still open after so much text was never going to close. */
    private static final int LONGEST_BRACKET = 300;

    private SentenceBreaks() {}

    /** The sentences in order, without the blanks between them. */
    public static List<String> split(String text) {
        List<String> sentences = new ArrayList<>();
        int start = 0;
        int open = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            open = c == '(' ? open + 1 : c == ')' ? Math.max(0, open - 1) : open;
            if (ENDERS.indexOf(c) < 0) {
                continue;
            }
            int end = afterClosers(text, i + 1);
            if (!(open > 0 && closesSoon(text, start, end)) && ends(text, start, i, end)) {
                sentences.add(text.substring(start, end).strip());
                start = end;
                open = 0;
                i = end - 1;
            }
        }
        String rest = text.substring(start).strip();
        if (!rest.isEmpty()) {
            sentences.add(rest);
        }
        return sentences;
    }

    private static boolean closesSoon(String text, int start, int from) {
        int limit = Math.min(text.length(), start + LONGEST_BRACKET);
        for (int i = from; i < limit; i++) {
            if (text.charAt(i) == ')') {
                return true;
            }
        }
        return false;
    }

    private static int afterClosers(String text, int from) {
        int end = from;
        while (end < text.length() && CLOSERS.indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return end;
    }

    private static boolean ends(String text, int start, int ender, int end) {
        if (end == text.length() || WIDE_ENDERS.indexOf(text.charAt(ender)) >= 0) {
            return true;
        }
        if (!Character.isWhitespace(text.charAt(end))) {
            return false; // a file name, a version, a host
        }
        int next = end;
        while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
            next++;
        }
        if (next == text.length()) {
            return true;
        }
        int following = text.codePointAt(next);
        return !Character.isLowerCase(following)
                && (text.charAt(ender) != '.' || !abbreviated(text, start, ender, Character.isDigit(following)));
    }

    private static boolean abbreviated(String text, int start, int stop, boolean beforeNumber) {
        int from = stop;
        while (from > start && !Character.isWhitespace(text.charAt(from - 1)) && text.charAt(from - 1) != '(') {
            from--;
        }
        String word = text.substring(from, stop);
        boolean initial = word.length() == 1 && Character.isUpperCase(word.charAt(0)) && !word.equals("I");
        String lower = word.toLowerCase(Locale.ROOT);
        return initial
                || ABBREVIATIONS.contains(lower)
                || (beforeNumber && ABBREVIATIONS_BEFORE_NUMBERS.contains(lower));
    }
}
