package dev.millrace.audio.session;

import dev.millrace.run.Started;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last answer of a session as its record tells it, and how far it was spoken. */
final class PastAnswer {

    final int number;
    final int turn;

    @Nullable
    Started run;
    /** It is whole, or failed. */
    boolean done;

    boolean cancelled;
    /** What was heard of a cancelled one, if that is known. */
    @Nullable
    String heard;
    /** The last speech of it; 0 when there was none. */
    int speech;
    /** Where in the answer's text that speech begins. */
    int speechAt;
    /** Its length, when it was sent to its end; -1 before. */
    long totalMs = -1;
    /** It was stopped, and the rest of the answer is not to be spoken. */
    boolean silenced;

    private final List<SpeechPlace> marks = new ArrayList<>();

    PastAnswer(int number, int turn) {
        this.number = number;
        this.turn = turn;
    }

    /** Takes what the record says of it next. */
    void take(String type, JsonObject json) {
        switch (type) {
            case "agent.started" -> run = new Started(json.getString("run"), json.getString("conversation"));
            case "agent.done" -> done = true;
            case "agent.cancelled" -> {
                cancelled = true;
                heard = json.getString("heard_text");
            }
            case "speech.begin" -> begin(json.getInteger("speech"), json.getInteger("from_chars"));
            case "speech.mark" -> marks.add(new SpeechPlace(json.getLong("at_ms"), json.getInteger("chars")));
            case "speech.end" -> totalMs = json.getLong("total_ms");
            default -> silenced = true;
        }
    }

    private void begin(int count, int at) {
        speech = count;
        speechAt = at;
        totalMs = -1;
        marks.clear();
        marks.add(new SpeechPlace(0, 0));
    }

    private SpeechPlace last() {
        return marks.get(marks.size() - 1);
    }

    /**
     * Where its speech goes on: at the last mark that the client has reached. It says how far it is, or else it has not
     * played the last of what was sent.
     *
     * @param playing the speech that the client says it was playing; 0 for none
     * @param leadMs how far what is sent may be ahead of what is played
     */
    SpeechPlace place(int playing, long playedMs, int leadMs) {
        long heard = playing == speech ? playedMs : last().atMs() - leadMs;
        SpeechPlace place = marks.get(0);
        for (SpeechPlace mark : marks) {
            place = mark.atMs() <= heard ? mark : place;
        }
        return place;
    }

    /** How much of the answer's text was spoken when its last speech had come as far as is known. */
    int spokenTo() {
        return speechAt + last().chars();
    }

    /** Whether the client has heard its last speech to the end, as far as anybody knows. */
    boolean isPlayed(int playing, long playedMs) {
        return speech == 0 || (totalMs >= 0 && (playing != speech || playedMs >= totalMs - 20));
    }
}
