package dev.millrace.agent.extractive;

import dev.millrace.agent.extractive.Question.Form;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.text.Closeness;
import dev.millrace.agent.text.Prose;
import dev.millrace.agent.text.Rarity;
import dev.millrace.agent.text.Terms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Picks the sentences of an answer, the best first: each pick counts what it adds to those before, so that an answer does
 * not say one thing three times.
 */
final class Selection {

    private static final int MOST_SENTENCES = 6;
    private static final int MOST_WORDS = 150;
    private static final int MOST_CHARS = 1_200;
    private static final int MOST_PASSAGES = 4;

    /** A further sentence is worth at least this part of the best one; the first few need less. */
    private static final double WORTH_ADDING = 0.45;

    private static final double WORTH_ADDING_EARLY = 0.3;
    private static final int EARLY = 3;

    /** So many sentences under a heading that names what is asked make an answer. */
    private static final int ENOUGH = 5;

    /** How closely such a heading names it. */
    private static final double CLOSE = 0.6;

    /** How much of the question the subject of its definition has. */
    private static final double DEFINED = 0.6;

    /** A sentence without any of the question's words needs a heading that has this much of them. */
    private static final double ABOUT = 0.5;

    /** A word of more characters is a path or an identifier. */
    private static final int LONGEST_WORD = 25;

    /** Two sentences that share more of their terms than this say the same. */
    private static final double SAME = 0.65;

    private static final Pattern INSTRUCTS = Pattern.compile(
            "^(use|send|run|call|set|add|open|choose|pass|put|start|install|create|make|write|read|see|click|type|enter|give|ask"
                    + "|post|get|delete|configure|enable|check|wait|keep|to )\\b|\\b(must|you can|should|need to|has to|have to)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern DEFINES = Pattern.compile(
            "^(an? |the )?[\\p{L}\\d][^.,;:/{]{0,40} (is|are|means|names|holds|was) |^[^.,;:/{]{1,30}[:.] ",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern PLAIN = Pattern.compile(
            "[(\"'“‘]*\\p{L}\\p{Ll}*(['’-]\\p{L}\\p{Ll}*)*[)\"'”’.,;:!?]*|[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{P}]+|–|—|\\d+");
    private static final Pattern NUMBER = Pattern.compile("\\d");

    private final Question question;
    private final List<Passage> passages;
    private final Coverage coverage;
    private final List<Set<String>> places;
    private final List<Double> closeness;
    private final List<Sentence> picked = new ArrayList<>();
    private final Set<String> said = new HashSet<>();

    Selection(Question question, List<Passage> passages, Coverage coverage, Rarity rarity) {
        this.question = question;
        this.passages = passages;
        this.coverage = coverage;
        this.places = passages.stream().map(Coverage::place).toList();
        Closeness close = new Closeness(question.terms(), rarity);
        this.closeness = passages.stream()
                .map(each -> close.of(each.title(), each.heading(), Passage.ARROW))
                .toList();
    }

    /** In the order they are to be read: passages by their best sentence, within a passage as it stands there. */
    List<Sentence> pick() {
        List<Sentence> open = candidates();
        double highest = open.stream().mapToDouble(this::worth).max().orElse(0);
        while (!isEnough() && !open.isEmpty()) {
            Sentence best = open.stream()
                    .max(Comparator.comparingDouble(this::pull)
                            .thenComparing(Comparator.comparingInt(this::later).reversed()))
                    .orElseThrow();
            double worth = worth(best);
            highest = Math.max(highest, worth);
            if (worth <= 0 || worth < highest * (picked.size() < EARLY ? WORTH_ADDING_EARLY : WORTH_ADDING)) {
                break;
            }
            open.remove(best);
            take(best);
        }
        return inReadingOrder();
    }

    private boolean isEnough() {
        return picked.size() >= (picked.isEmpty() || !isAbout(picked.get(0).rank()) ? MOST_SENTENCES : ENOUGH);
    }

    /** An answer begins where the heading names what is asked, if it can; what follows is chosen by its worth alone. */
    private double pull(Sentence sentence) {
        double worth = worth(sentence);
        boolean begins = worth > 0 && picked.isEmpty() && isAbout(sentence.rank());
        return begins ? worth + 2 * closeness.get(sentence.rank()) : worth;
    }

    private List<Sentence> candidates() {
        List<Sentence> all = new ArrayList<>();
        for (int rank = 0; rank < passages.size(); rank++) {
            all.addAll(Sentence.of(passages.get(rank), rank));
        }
        List<Sentence> standing = new ArrayList<>();
        for (Sentence sentence : all) {
            if (isReadable(sentence)) {
                standing.add(sentence);
            }
        }
        return standing;
    }

    /** Whether it can stand in an answer: enough words, mostly words, and no colon that leads to nothing. */
    private static boolean isReadable(Sentence sentence) {
        String text = sentence.text();
        int words = Prose.words(text);
        long letters =
                text.codePoints().filter(c -> Character.isLetter(c) || c == ' ').count();
        boolean leadsToNothing = text.endsWith(":") && sentence.follows().isEmpty();
        boolean enough = words >= 4 || (words <= 2 && text.length() >= 12 && text.codePointAt(0) > 0x2e80);
        return enough && words <= MOST_WORDS && !leadsToNothing && letters >= text.length() * 0.7;
    }

    private double worth(Sentence sentence) {
        if (repeats(sentence) || strays(sentence) || !fits(sentence)) {
            return 0;
        }
        double covered = coverage.of(sentence.terms());
        double place = coverage.of(places.get(sentence.rank()));
        if (covered == 0 && place < ABOUT && !isAbout(sentence.rank()) && !readsOn(sentence)) {
            return 0;
        }
        double underHeading = underHeading(sentence, covered);
        double fresh = coverage.added(sentence.terms(), said);
        // What the heading says counts half for a sentence below it: the sentence speaks of it without naming it.
        double about = 0.5 * fresh + 0.5 * covered + 0.5 * underHeading;
        return (about + nearness(sentence)) * passageWeight(sentence.rank()) * manner(sentence);
    }

    /** What the heading adds to the sentence; of a further passage only what was not said yet, or all on one topic would do. */
    private double underHeading(Sentence sentence, double covered) {
        Set<String> withPlace = new HashSet<>(sentence.terms());
        withPlace.addAll(places.get(sentence.rank()));
        boolean goesOn = picked.isEmpty() || picked.stream().anyMatch(each -> each.rank() == sentence.rank());
        if (goesOn) {
            return coverage.of(withPlace) - covered;
        }
        withPlace.removeAll(sentence.terms());
        return coverage.added(withPlace, said);
    }

    /** A sentence beside one that was picked reads on from it, and fills an answer that would be curt. */
    private double nearness(Sentence sentence) {
        if (readsOn(sentence) && (picked.size() < EARLY || (picked.size() < ENOUGH && isAbout(sentence.rank())))) {
            return 0.4;
        }
        boolean next = picked.stream().anyMatch(sentence::stands);
        boolean before = picked.stream().anyMatch(each -> each.stands(sentence));
        return next ? 0.15 : before ? 0.1 : 0;
    }

    /** In the same paragraph; under a heading that names what is asked, in the next one too. */
    private boolean readsOn(Sentence sentence) {
        boolean nextParagraph = isAbout(sentence.rank()) && !sentence.item();
        return picked.stream().anyMatch(each -> sentence.continues(each) || (nextParagraph && sentence.stands(each)));
    }

    private boolean isAbout(int rank) {
        return closeness.get(rank) >= CLOSE;
    }

    private double passageWeight(int rank) {
        double best = passages.get(0).score();
        double score =
                best <= 0 ? 1 : 0.4 + 0.6 * Math.min(1, passages.get(rank).score() / best);
        return score * Math.pow(0.93, rank);
    }

    /** How well it reads as an answer to this kind of question. */
    private double manner(Sentence sentence) {
        String text = sentence.text();
        double manner = 1;
        if (text.endsWith("?")) {
            manner *= 0.3;
        }
        if (sentence.dangles() && picked.stream().noneMatch(sentence::stands)) {
            manner *= 0.35;
        }
        if (sentence.item()) {
            manner *= 0.85;
        }
        manner *= length(sentence.words()) * plainness(text);
        if (question.form() == Form.DEFINITION && defines(text)) {
            return manner * 1.8;
        }
        return suits(text, question.form()) ? manner * 1.2 : manner;
    }

    private static double length(int words) {
        return words < 6 ? 0.7 : words <= 40 ? 1 : words <= 60 ? 0.75 : 0.5;
    }

    /** Sentences of words read well; lists of field names, codes and JSON do not, though they hit many terms. */
    private static double plainness(String text) {
        String[] words = text.split("\\s+");
        long plain = Arrays.stream(words)
                .filter(word -> PLAIN.matcher(word).matches())
                .count();
        double share = (double) plain / words.length;
        boolean fields = text.chars().filter(c -> c == ';').count() > 3
                || Arrays.stream(words).anyMatch(word -> word.length() > LONGEST_WORD);
        return Math.min(1, 0.2 + share * 0.95) * (fields ? 0.6 : 1);
    }

    /** Whether it begins with what is asked about and goes on to say what that is. */
    private boolean defines(String text) {
        Matcher subject = DEFINES.matcher(text);
        return subject.find() && coverage.of(Terms.of(subject.group())) >= DEFINED;
    }

    private static boolean suits(String text, Form form) {
        return switch (form) {
            case DEFINITION, OTHER -> false;
            case INSTRUCTION -> INSTRUCTS.matcher(text).find();
            case QUANTITY -> NUMBER.matcher(text).find();
        };
    }

    private boolean repeats(Sentence sentence) {
        return picked.stream().anyMatch(each -> alike(each.terms(), sentence.terms()) > SAME);
    }

    private static double alike(Set<String> one, Set<String> other) {
        Set<String> both = new HashSet<>(one);
        both.retainAll(other);
        int either = one.size() + other.size() - both.size();
        return either == 0 ? 1 : (double) both.size() / either;
    }

    /** A further passage must speak of half of the question's terms: one rare word in common is a coincidence. */
    private boolean strays(Sentence sentence) {
        if (picked.isEmpty() || picked.stream().anyMatch(each -> each.rank() == sentence.rank())) {
            return false;
        }
        long shared = question.terms().stream()
                .filter(term -> sentence.terms().contains(term)
                        || places.get(sentence.rank()).contains(term))
                .count();
        return shared * 2 < question.terms().size();
    }

    private boolean fits(Sentence sentence) {
        int words = picked.stream().mapToInt(Sentence::words).sum() + sentence.words();
        int chars = picked.stream()
                        .mapToInt(each -> each.text().length() + each.follows().length())
                        .sum()
                + sentence.text().length()
                + sentence.follows().length();
        Set<Integer> ranks = new HashSet<>();
        picked.forEach(each -> ranks.add(each.rank()));
        ranks.add(sentence.rank());
        boolean first = picked.isEmpty();
        return ranks.size() <= MOST_PASSAGES && (first || (words <= MOST_WORDS && chars <= MOST_CHARS));
    }

    /** Under a heading that names what is asked, a sentence speaks of it without a word: others need not say it again. */
    private void take(Sentence sentence) {
        picked.add(sentence);
        said.addAll(sentence.terms());
        if (isAbout(sentence.rank())) {
            said.addAll(places.get(sentence.rank()));
        }
    }

    private List<Sentence> inReadingOrder() {
        Map<Integer, List<Sentence>> byPassage = new LinkedHashMap<>();
        picked.forEach(each -> byPassage
                .computeIfAbsent(each.rank(), rank -> new ArrayList<>())
                .add(each));
        List<Sentence> ordered = new ArrayList<>();
        byPassage.values().forEach(each -> {
            each.sort(Comparator.comparingInt(Sentence::order));
            ordered.addAll(each);
        });
        return ordered;
    }

    private int later(Sentence sentence) {
        return sentence.rank() * 1_000 + sentence.order();
    }
}
