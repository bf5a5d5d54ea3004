package dev.millrace.agent.extractive;

import dev.millrace.agent.model.Delta;
import dev.millrace.agent.model.Passage;
import dev.millrace.agent.model.Prompt;
import dev.millrace.agent.text.Rarity;
import java.util.Comparator;
import java.util.List;

/** Writes the answer to a prompt out of its passages. Pure; some milliseconds when cold, so for a worker. */
final class Answer {

    /**
     * How much of the question its best passage must speak of, headings included. Below it an answer would be about
     * something else: asking for the capital of a country must not quote a page on capital letters. Of two equally telling
     * words one is not enough. In trials, questions with an answer came to 0.62 or more, those without to 0.41 or less; see
     * {@code AnswerTest}.
     */
    static final double COVERED = 0.55;

    /** Below this even naming the closest document would mislead. */
    private static final double CLOSE = 0.3;

    private final Prompt prompt;
    private final Question question;
    private final Coverage coverage;
    private final Rarity rarity;
    private final AnswerText text = new AnswerText();

    private Answer(Prompt prompt, Rarity rarity) {
        this.prompt = prompt;
        this.question = Question.of(prompt.turns());
        this.rarity = rarity;
        this.coverage = new Coverage(question.terms(), rarity);
    }

    static List<Delta> to(Prompt prompt, Rarity rarity) {
        return new Answer(prompt, rarity).write();
    }

    private List<Delta> write() {
        if (question.terms().isEmpty()) {
            unclear();
        } else if (best() < COVERED) {
            notInDocuments();
        } else {
            quote(new Selection(question, prompt.passages(), coverage, rarity).pick());
            if (text.isEmpty()) {
                notInDocuments();
            }
        }
        return text.finish(prompt.length());
    }

    private double best() {
        return prompt.passages().stream().mapToDouble(coverage::of).max().orElse(0);
    }

    private void unclear() {
        text.caution("unclear_question", "The question has no words to search for.");
        text.say(
                "I could not tell what to look for. Please ask in a few more words, for example naming the thing you want to"
                        + " know about.");
    }

    private void notInDocuments() {
        text.caution("not_in_documents", "The answer is not in the documents.");
        text.say("The documents do not answer this.");
        prompt.passages().stream()
                .max(Comparator.comparingDouble(coverage::of))
                .filter(passage -> coverage.of(passage) >= CLOSE)
                .ifPresent(passage ->
                        text.say(" The closest they come is “" + passage.place() + "” in " + passage.source() + "."));
    }

    /** Each stretch of a passage in one piece, then its number: {@code One sentence. Another. [1] A third. [2]}. */
    private void quote(List<Sentence> sentences) {
        int i = 0;
        while (i < sentences.size()) {
            int end = i + 1;
            while (end < sentences.size() && sentences.get(end).continues(sentences.get(end - 1))) {
                end++;
            }
            if (!text.isEmpty()) {
                text.say(sentences.get(i - 1).follows().isEmpty() ? " " : "\n\n");
            }
            stretch(sentences.subList(i, end));
            i = end;
        }
    }

    private void stretch(List<Sentence> sentences) {
        Sentence last = sentences.get(sentences.size() - 1);
        Passage passage = prompt.passages().get(last.rank());
        int n = text.quote(passage, together(passage, sentences));
        text.say(stop(last.text()) + " [" + n + "]");
        if (!last.follows().isEmpty()) {
            text.say("\n\n");
            text.quote(passage, last.follows());
        }
    }

    /** Neighbours as the passage has them, with the blank it has between them, if any. */
    private static String together(Passage passage, List<Sentence> sentences) {
        StringBuilder together = new StringBuilder(sentences.get(0).text());
        for (Sentence sentence : sentences.subList(1, sentences.size())) {
            boolean blank = passage.text().contains(together + " " + sentence.text());
            together.append(blank ? " " : "").append(sentence.text());
        }
        return together.toString();
    }

    /** An item of a list often ends without a full stop; in an answer it gets one, outside the quote. */
    private static String stop(String sentence) {
        String bare = sentence.replaceAll("[\"'”’)\\]»」』]+$", "");
        return bare.matches("(?s).*[.!?…:。！？।؟۔]$") ? "" : ".";
    }
}
