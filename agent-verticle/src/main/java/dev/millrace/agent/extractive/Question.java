package dev.millrace.agent.extractive;

import dev.millrace.agent.model.Prompt.Role;
import dev.millrace.agent.model.Prompt.Turn;
import dev.millrace.agent.text.Prose;
import dev.millrace.agent.text.Terms;
import dev.millrace.text.SentenceBreaks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What is asked, once the conversation is taken into account.
 *
 * @param text what to search for
 * @param terms what it is about; empty when it says nothing by itself
 */
public record Question(String text, List<String> terms, Form form) {

    /** What would make a sentence a fitting answer. */
    public enum Form {
        DEFINITION,
        INSTRUCTION,
        QUANTITY,
        OTHER
    }

    private static final Pattern LEANS_ON_WHAT_WAS_SAID = Pattern.compile(
            "^(and|but|or|so|then|also|what about|how about|why|what if|what else|how long|how much|how many|how often|for|in|with|on)\\b"
                    + "|\\b(it|its|that|this|they|them|their|those|these|there|one|ones|same|other|instead)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern DEFINITION = Pattern.compile(
            "^\\W*(what('s| is| are)|who is|define|what does\\b.{1,60}\\bmean)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern QUANTITY = Pattern.compile(
            "\\bhow (long|many|much|often|big|large|small|fast|far|old|late|soon)\\b|\\b(limit|maximum|minimum|size|timeout|interval)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern INSTRUCTION = Pattern.compile(
            "\\bhow (do|can|to|should|would|must|does one)\\b|\\b(steps|set up|install|configure)\\b",
            Pattern.CASE_INSENSITIVE);

    /** A message with more words than this is a story; the question in it is what ends with a question mark. */
    private static final int STORY = 40;

    /** Patterns look at no more of a message than this: a person's question begins within it. */
    private static final int HEAD = 500;

    static Question of(List<Turn> turns) {
        List<String> asked = userTurns(turns);
        if (asked.isEmpty()) {
            return new Question("", List.of(), Form.OTHER);
        }
        String own = core(asked.get(0));
        String text = own;
        for (int i = 1; i < asked.size() && leans(own, text); i++) {
            text = core(asked.get(i)) + " " + own;
        }
        return new Question(text, Terms.informative(text), form(head(own)));
    }

    /** The text to search for: the last question, with the one before when it cannot stand alone ("and how long?"). */
    public static String searchText(List<Turn> turns) {
        return of(turns).text();
    }

    /** Whether the question needs the turn before. Without a term always; with one only if it also points back. */
    private static boolean leans(String own, String text) {
        int terms = Terms.informative(text).size();
        return terms == 0
                || (text.equals(own)
                        && terms == 1
                        && LEANS_ON_WHAT_WAS_SAID.matcher(head(own)).find());
    }

    private static List<String> userTurns(List<Turn> turns) {
        List<String> asked = new ArrayList<>();
        turns.forEach(turn -> {
            if (turn.role() == Role.USER) {
                asked.add(turn.text());
            }
        });
        Collections.reverse(asked);
        return asked;
    }

    private static String core(String message) {
        String line = Prose.line(message);
        if (Prose.words(line) <= STORY) {
            return line;
        }
        List<String> questions = SentenceBreaks.split(line).stream()
                .filter(sentence ->
                        sentence.endsWith("?") && Terms.informative(sentence).size() > 1)
                .toList();
        return questions.isEmpty() ? line : String.join(" ", questions);
    }

    private static Form form(String question) {
        if (QUANTITY.matcher(question).find()) {
            return Form.QUANTITY;
        }
        if (INSTRUCTION.matcher(question).find()) {
            return Form.INSTRUCTION;
        }
        return DEFINITION.matcher(question).find() ? Form.DEFINITION : Form.OTHER;
    }

    private static String head(String text) {
        return text.substring(0, Math.min(HEAD, text.length()));
    }
}
