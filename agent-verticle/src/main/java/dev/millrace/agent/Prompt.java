package dev.millrace.agent;

import java.util.List;

/**
 * What a model answers.
 *
 * @param turns the conversation, oldest first; the last is the question
 * @param passages what was found for the question, best first; empty when nothing was searched or found
 */
record Prompt(List<Turn> turns, List<Passage> passages) {

    /** One message of the conversation. */
    record Turn(Role role, String text) {}

    enum Role {
        USER,
        ASSISTANT
    }

    String question() {
        return turns.get(turns.size() - 1).text();
    }
}
