package dev.millrace.agent.extractive;

import dev.millrace.agent.model.Passage;
import dev.millrace.agent.text.Prose;
import dev.millrace.agent.text.Terms;
import dev.millrace.text.SentenceBreaks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One sentence of a passage, word for word.
 *
 * @param rank the passage's place among those found, from 0
 * @param order its place in the passage, from 0
 * @param paragraph which paragraph or item of the passage it stands in
 * @param follows the code or list that a sentence ending in a colon leads to, word for word; empty for any other
 * @param terms of the sentence without its asides, and of what follows
 */
record Sentence(int rank, int order, int paragraph, boolean item, String text, String follows, Set<String> terms) {

    private static final Pattern MARKER = Pattern.compile("^ *(?:- |\\d{1,9}[.)] )");
    private static final Pattern DANGLING = Pattern.compile(
            "^(this|that|these|those|it|its|they|their|them|he|she|however|but|and|or|nor|yet|so|then|thus|therefore|hence|also"
                    + "|otherwise|instead|such|both|neither|else|moreover|furthermore|likewise|similarly|consequently"
                    + "|again|still|better|ours|one|another|the (former|latter|same|other)|for example|in (that|this) case)\\b",
            Pattern.CASE_INSENSITIVE);

    /** Three words or more in brackets are by the way: the sentence is not about them. A shorter bracket may be a name. */
    private static final Pattern ASIDE = Pattern.compile("\\([^()\\s]+(?: [^()\\s]+){2,}\\)");

    /** What follows a colon is quoted up to so many words; a longer block is not an answer but a document. */
    private static final int LONGEST_FOLLOWING = 60;

    private static final int LONGEST_LEAD = 3;

    int words() {
        return Prose.words(text) + Prose.words(follows);
    }

    /** Whether it leans on the sentence before and reads oddly without. */
    boolean dangles() {
        return DANGLING.matcher(text).find();
    }

    boolean stands(Sentence before) {
        return rank == before.rank && order == before.order + 1;
    }

    /** Whether this comes next in the same paragraph, so that the two are one stretch of it. */
    boolean continues(Sentence before) {
        return stands(before) && paragraph == before.paragraph && before.follows.isEmpty();
    }

    /** The passage's sentences in order. Code is none, but may follow one. */
    static List<Sentence> of(Passage passage, int rank) {
        List<Sentence> sentences = new ArrayList<>();
        String[] blocks = passage.text().split("\n\n");
        int paragraph = 0;
        for (int i = 0; i < blocks.length; i++) {
            if (isCode(blocks[i])) {
                continue;
            }
            String next = i + 1 < blocks.length ? blocks[i + 1] : "";
            for (String line : blocks[i].split("\n")) {
                paragraph++;
                add(sentences, rank, paragraph, line, following(next));
            }
        }
        return sentences;
    }

    private static void add(List<Sentence> to, int rank, int paragraph, String line, String next) {
        String text = MARKER.matcher(line).replaceFirst("");
        boolean item = text.length() < line.length();
        List<String> parts = withLead(SentenceBreaks.split(text), text);
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i);
            String follows = i == parts.size() - 1 && !item && part.endsWith(":") ? next : "";
            Set<String> terms = new HashSet<>(Terms.of(ASIDE.matcher(part).replaceAll(" ")));
            terms.addAll(Terms.of(follows));
            to.add(new Sentence(rank, to.size(), paragraph, item, part, follows, terms));
        }
    }

    /** {@code Heartbeat. Every 15 seconds ...}: what is too short to stand alone belongs to the sentence after it. */
    private static List<String> withLead(List<String> parts, String text) {
        if (parts.size() < 2 || Prose.words(parts.get(0)) > LONGEST_LEAD) {
            return parts;
        }
        int end =
                text.indexOf(parts.get(1), parts.get(0).length()) + parts.get(1).length();
        List<String> joined = new ArrayList<>(parts.subList(1, parts.size()));
        joined.set(0, text.substring(text.indexOf(parts.get(0)), end));
        return joined;
    }

    private static String following(String block) {
        boolean shown = isCode(block) || MARKER.matcher(block).find();
        return shown && Prose.words(block) <= LONGEST_FOLLOWING ? block : "";
    }

    private static boolean isCode(String block) {
        return block.startsWith("    ") && !MARKER.matcher(block).find();
    }
}
