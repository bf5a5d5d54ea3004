package dev.millrace.agent;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Passage;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an answer may be taken from, by number, and where in the answer a number stands: {@code [2]} behind a sentence says
 * that it was taken from the second passage. On the run's thread.
 */
final class Sources {

    private static final int LONGEST_MARK = 20;
    private static final Pattern MARK = Pattern.compile("\\[(\\d{1,3}(?:, ?\\d{1,3}){0,3})\\]");

    private final List<Passage> passages = new ArrayList<>();
    private final StringBuilder answer = new StringBuilder();

    /** How far marks were found, and the stretch that the last of them is for. */
    private int found;

    private int start;
    private int end;

    /** Gives each a number, the one it has if it was found before, and returns them as a model reads them. */
    JsonArray number(List<Passage> some) {
        JsonArray numbered = new JsonArray();
        for (Passage passage : some) {
            numbered.add(new JsonObject().put("n", numberOf(passage)).mergeIn(passage.toJson()));
        }
        return numbered;
    }

    private int numberOf(Passage passage) {
        for (int i = 0; i < passages.size(); i++) {
            Passage known = passages.get(i);
            if (known.address().equals(passage.address()) && known.text().equals(passage.text())) {
                return i + 1;
            }
        }
        passages.add(passage);
        return passages.size();
    }

    /** The answer goes on: the citations of the marks that this piece makes whole. */
    List<Delta.Citation> read(String piece) {
        int from = Math.max(found, answer.length() - LONGEST_MARK);
        answer.append(piece);
        if (passages.isEmpty() || piece.indexOf(']') < 0) {
            return List.of();
        }
        List<Delta.Citation> citations = new ArrayList<>();
        Matcher mark = MARK.matcher(answer).region(from, answer.length());
        while (mark.find()) {
            mark(mark.start());
            found = mark.end();
            for (String number : mark.group(1).split(",")) {
                int n = Integer.parseInt(number.strip());
                if (n >= 1 && n <= passages.size() && start < end) {
                    citations.add(citation(n));
                }
            }
        }
        return citations;
    }

    /** Finds the sentence before a mark; a mark right behind another is for the same one. */
    private void mark(int at) {
        int last = at;
        while (last > found && Character.isWhitespace(answer.charAt(last - 1))) {
            last--;
        }
        if (last == found && found > 0) {
            return;
        }
        int first = last;
        while (first > found && !(first < last && isBreak(first - 1))) {
            first--;
        }
        while (first < last && Character.isWhitespace(answer.charAt(first))) {
            first++;
        }
        start = first;
        end = last;
    }

    /** Whether a sentence ends with this character: a full stop within a number ends none. */
    private boolean isBreak(int at) {
        char each = answer.charAt(at);
        return each == '\n'
                || (".!?".indexOf(each) >= 0
                        && at + 1 < answer.length()
                        && Character.isWhitespace(answer.charAt(at + 1)));
    }

    private Delta.Citation citation(int n) {
        Passage passage = passages.get(n - 1);
        return new Delta.Citation(n, passage.place(), passage.address(), null, passage.text(), start, end);
    }
}
