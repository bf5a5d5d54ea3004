package dev.millrace.audio.turn;

import dev.millrace.text.SentenceBreaks;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts an answer into sentences while it is written, so that the first can be spoken before the last is known. Code
 * between fences is a piece of its own that is not spoken.
 */
public final class Sentences {

    private static final String FENCE = "```";

    /** A sentence that goes on for longer is cut between words: speech begins only when its sentence is there. */
    private static final int LONGEST = 300;

    /**
     * A stretch of the answer.
     *
     * @param text as it stands in the answer, with what surrounds it: all pieces together are the answer
     * @param words what is to be said; empty for what is not spoken
     */
    public record Piece(String text, String words) {

        static Piece of(String text) {
            return new Piece(text, SpokenWords.of(text).text());
        }

        /** Which of its characters an engine means that marks a place in the words. */
        public SpokenWords said() {
            return SpokenWords.of(text);
        }
    }

    private final StringBuilder rest = new StringBuilder();
    private boolean fenced;

    /** Takes the next of the answer, and gives the pieces that are whole now. */
    public List<Piece> take(String more) {
        rest.append(more);
        List<Piece> pieces = new ArrayList<>();
        while (fenced ? closeFence(pieces) : step(pieces)) {
            // each step takes a piece off
        }
        return pieces;
    }

    /** The answer is over: what is left is whole. */
    public List<Piece> end() {
        List<Piece> pieces = new ArrayList<>(take("\n"));
        if (rest.length() > 0) {
            pieces.add(fenced ? new Piece(rest.toString(), "") : Piece.of(rest.toString()));
            rest.setLength(0);
        }
        return withoutLastBreak(pieces);
    }

    /** The line break that {@link #end} added is not of the answer. */
    private static List<Piece> withoutLastBreak(List<Piece> pieces) {
        int last = pieces.size() - 1;
        String text = pieces.get(last).text();
        pieces.set(
                last,
                new Piece(text.substring(0, text.length() - 1), pieces.get(last).words()));
        if (pieces.get(last).text().isEmpty()) {
            pieces.remove(last);
        }
        return pieces;
    }

    private boolean closeFence(List<Piece> pieces) {
        int close = rest.indexOf(FENCE, FENCE.length());
        if (close < 0) {
            return false;
        }
        pieces.add(new Piece(cut(close + FENCE.length()), ""));
        fenced = false;
        return true;
    }

    private boolean step(List<Piece> pieces) {
        int fence = rest.indexOf(FENCE);
        if (fence == 0) {
            fenced = true;
            return true;
        }
        int limit = fence > 0 ? fence : rest.length();
        int end = sentenceEnd(limit, fence > 0);
        if (end == 0) {
            return false;
        }
        pieces.add(Piece.of(cut(end)));
        return true;
    }

    /** Where the first sentence before a limit ends; 0 when that is not known yet. */
    private int sentenceEnd(int limit, boolean whole) {
        int line = rest.indexOf("\n");
        if (line >= 0 && line < limit) {
            int inLine = firstSentence(rest.substring(0, line));
            return inLine < line && !rest.substring(inLine, line).isBlank() ? inLine : line + 1;
        }
        String text = rest.substring(0, limit);
        int end = firstSentence(text);
        if (end < limit && !text.substring(end).isBlank()) {
            return end;
        }
        if (whole) {
            return limit;
        }
        int space = text.lastIndexOf(' ', LONGEST);
        return limit <= LONGEST ? 0 : space > 0 ? space + 1 : LONGEST;
    }

    private static int firstSentence(String text) {
        List<String> sentences = SentenceBreaks.split(text);
        return sentences.isEmpty()
                ? text.length()
                : text.indexOf(sentences.get(0)) + sentences.get(0).length();
    }

    private String cut(int end) {
        String piece = rest.substring(0, end);
        rest.delete(0, end);
        return piece;
    }
}
