package dev.millrace.app.voice;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a server decided in a session: turns, pauses, stops and transcripts. Places are counted in samples and so the same
 * in every replay; how long something took is none of them. They are compared kind by kind, because a transcript comes
 * when the recognizer is done, and not at a place of its own among the others.
 */
final class Decisions {

    private static final Map<String, Function<JsonObject, String>> WORDS = words();

    private final Map<String, List<String>> byType = new LinkedHashMap<>();
    private int count;

    private static Map<String, Function<JsonObject, String>> words() {
        Map<String, Function<JsonObject, String>> words = new LinkedHashMap<>();
        words.put(
                "user.speech_started",
                message -> "turn " + message.getValue("turn") + " begins at " + message.getValue("at_ms")
                        + " ms, sure at " + message.getValue("decided_ms") + " ms");
        words.put(
                "user.speech_stopped",
                message -> "turn " + message.getValue("turn") + " ends at " + message.getValue("at_ms") + " ms");
        words.put(
                "turn.committed",
                message -> "turn " + message.getValue("turn") + " is committed by " + message.getValue("by"));
        words.put(
                "speech.pause",
                message -> "speech " + message.getValue("speech") + " pauses at " + message.getValue("at_ms") + " ms");
        words.put("speech.resume", message -> "speech " + message.getValue("speech") + " goes on");
        words.put(
                "speech.stop",
                message -> "speech " + message.getValue("speech") + " stops (" + message.getValue("reason") + ")");
        words.put(
                "transcript.final",
                message ->
                        "turn " + message.getValue("turn") + " is understood as \"" + message.getValue("text") + "\"");
        words.put(
                "transcript.failed",
                message ->
                        "turn " + message.getValue("turn") + " is not understood (" + message.getValue("code") + ")");
        return words;
    }

    /** Takes a message of the server; most are no decisions. */
    void take(JsonObject message) {
        String type = message.getString("type", "");
        Function<JsonObject, String> said = WORDS.get(type);
        if (said != null) {
            count++;
            byType.computeIfAbsent(type, first -> new ArrayList<>()).add(said.apply(message));
        }
    }

    int count() {
        return count;
    }

    /** Lines that begin with {@code -} for what only these have, and with {@code +} for what only the others do. */
    List<String> differences(Decisions others) {
        List<String> lines = new ArrayList<>();
        for (String type : WORDS.keySet()) {
            List<String> mine = byType.getOrDefault(type, List.of());
            List<String> theirs = others.byType.getOrDefault(type, List.of());
            for (int i = 0; i < Math.max(mine.size(), theirs.size()); i++) {
                String was = i < mine.size() ? mine.get(i) : "";
                String is = i < theirs.size() ? theirs.get(i) : "";
                if (!was.equals(is)) {
                    lines.add(was.isEmpty() ? "" : "- " + was);
                    lines.add(is.isEmpty() ? "" : "+ " + is);
                }
            }
        }
        lines.removeIf(String::isEmpty);
        return lines;
    }
}
