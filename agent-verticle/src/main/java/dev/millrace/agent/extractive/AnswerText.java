package dev.millrace.agent.extractive;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Delta.Citation;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.model.Usage;
import java.util.ArrayList;
import java.util.List;

/** An answer being written: its text in order, cut into tokens, with each citation just before the text it is for. */
final class AnswerText {

    /** A word without blanks (Chinese, a long path) still comes in pieces. */
    private static final int LONGEST_TOKEN = 24;

    private final List<Delta> deltas = new ArrayList<>();
    private final List<Passage> cited = new ArrayList<>();
    private int length;

    /** Text of our own. */
    void say(String text) {
        int start = 0;
        while (start < text.length()) {
            int end = tokenEnd(text, start);
            deltas.add(new Delta.Text(text.substring(start, end)));
            start = end;
        }
        length += text.length();
    }

    /** Text of a passage, word for word. @return the number a reader finds it by */
    int quote(Passage passage, String text) {
        int n = cited.indexOf(passage) + 1;
        if (n == 0) {
            cited.add(passage);
            n = cited.size();
        }
        deltas.add(new Citation(n, passage.place(), passage.address(), null, text, length, length + text.length()));
        say(text);
        return n;
    }

    void caution(String code, String message) {
        deltas.add(new Delta.Caution(code, message));
    }

    boolean isEmpty() {
        return length == 0;
    }

    List<Delta> finish(int inputChars) {
        deltas.add(new Delta.Finish("stop", Usage.estimate(inputChars, length)));
        return List.copyOf(deltas);
    }

    /** After the blanks that follow a word. */
    private static int tokenEnd(String text, int start) {
        int end = start;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end)) && end - start < LONGEST_TOKEN) {
            end += Character.charCount(text.codePointAt(end));
        }
        while (end < text.length() && Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return end;
    }
}
