package dev.millrace.app.voice;

import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How far a conversation has come, by what the server has said of it. */
final class CallState {

    private final Set<Integer> open = new HashSet<>();
    private int expected;
    private int begun;
    private int asked;
    private int answered;
    private String status = "unanswered";
    private @Nullable String problem;

    /** Something is about to be said, and a turn should come of it. */
    void expect() {
        expected = begun + 1;
    }

    void take(JsonObject message) {
        int turn = message.getInteger("turn", 0);
        switch (message.getString("type")) {
            case "user.speech_started" -> {
                begun++;
                open.add(turn);
            }
            case "transcript.final" -> understood(turn, message.getString("text"));
            case "transcript.failed" -> {
                open.remove(turn);
                problem = "what was said could not be understood (" + message.getString("code") + ")";
            }
            case "agent.done" -> {
                answered = Math.max(answered, turn);
                status = message.getString("status", "completed");
            }
            case "agent.cancelled" -> answered = Math.max(answered, turn);
            case "speech.stop" -> {
                if (message.getString("reason").equals("error")) {
                    problem = "the answer could not be spoken to its end";
                }
            }
            default -> {}
        }
    }

    private void understood(int turn, String text) {
        open.remove(turn);
        if (text.isBlank()) {
            problem = "nothing was understood of what was said; the embedded engine knows only the phrases of its"
                    + " grammar, see docs/speech-engines.md";
        } else {
            problem = null;
            asked = turn;
        }
    }

    /** Whether nothing has come yet of what was said last. */
    boolean unheard() {
        return begun < expected;
    }

    /** Whether something is still to come. */
    boolean busy() {
        return unheard() || !open.isEmpty() || asked > answered;
    }

    /** Why it came to nothing; null when it did not. */
    @Nullable
    String problem() {
        return problem;
    }

    /** How the last answer ended. */
    String status() {
        return status;
    }
}
