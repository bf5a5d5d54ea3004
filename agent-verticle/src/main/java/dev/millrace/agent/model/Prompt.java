package dev.millrace.agent.model;

import java.util.ArrayList;
import java.util.List;

/**
 * What a model answers.
 *
 * @param turns the conversation, oldest first; the last is the question
 * @param passages what was found for the question, best first; empty when nothing was searched or found
 * @param tools what the model may call; empty for a model that calls none
 * @param rounds what the model has said and called so far for this answer, oldest first
 */
public record Prompt(List<Turn> turns, List<Passage> passages, List<Tool> tools, List<Round> rounds) {

    /** One message of the conversation. */
    public record Turn(Role role, String text) {}

    public enum Role {
        USER,
        ASSISTANT,
        /** What was said before the others, in short; the first turn if there is one. */
        SUMMARY
    }

    /**
     * What the model said until it called tools or was at its end, what it called, and what came of each call. Or what
     * was said to it.
     *
     * @param results in the order of the calls
     * @param steering what people said to it after that
     */
    public record Round(String text, List<Delta.ToolCall> calls, List<String> results, List<String> steering) {

        public Round(String text, List<Delta.ToolCall> calls, List<String> results) {
            this(text, calls, results, List.of());
        }

        int length() {
            return text.length()
                    + calls.stream().mapToInt(call -> call.arguments().length()).sum()
                    + results.stream().mapToInt(String::length).sum()
                    + steering.stream().mapToInt(String::length).sum();
        }
    }

    /** A prompt without tools. */
    public Prompt(List<Turn> turns, List<Passage> passages) {
        this(turns, passages, List.of(), List.of());
    }

    /** The same, one round later. */
    public Prompt after(Round round) {
        List<Round> all = new ArrayList<>(rounds);
        all.add(round);
        return new Prompt(turns, passages, tools, List.copyOf(all));
    }

    /** The same, with something that people have said to the model meanwhile. */
    public Prompt steered(List<String> texts) {
        return after(new Round("", List.of(), List.of(), texts));
    }

    /** How often the model has called tools. */
    public int toolRounds() {
        return (int) rounds.stream().filter(round -> !round.calls().isEmpty()).count();
    }

    /** The same for a model that has called enough. */
    public Prompt withoutTools() {
        return new Prompt(turns, passages, List.of(), rounds);
    }

    public String question() {
        return turns.get(turns.size() - 1).text();
    }

    /** How much a model gets to read: the turns, the passages and the rounds, in UTF-16 units. */
    public int length() {
        int said = turns.stream().mapToInt(turn -> turn.text().length()).sum();
        return said
                + passages.stream().mapToInt(passage -> passage.text().length()).sum()
                + rounds.stream().mapToInt(Round::length).sum();
    }
}
