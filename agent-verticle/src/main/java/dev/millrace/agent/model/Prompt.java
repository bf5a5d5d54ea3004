package dev.millrace.agent.model;

import java.util.List;

/**
 * What a model answers.
 *
 * @param turns the conversation, oldest first; the last is the question
 * @param passages what was found for the question, best first; empty when nothing was searched or found
 */
public record Prompt(List<Turn> turns, List<Passage> passages) {

    /** One message of the conversation. */
    public record Turn(Role role, String text) {}

    public enum Role {
        USER,
        ASSISTANT
    }

    public String question() {
        return turns.get(turns.size() - 1).text();
    }

    /** How much a model gets to read: the turns and the passages, in UTF-16 units. */
    public int length() {
        int said = turns.stream().mapToInt(turn -> turn.text().length()).sum();
        return said
                + passages.stream().mapToInt(passage -> passage.text().length()).sum();
    }
}
