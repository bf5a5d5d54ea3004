package dev.millrace.audio.session;

import dev.millrace.run.Started;
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

    private final List<long[]> marks = new ArrayList<>();

    PastAnswer(int number, int turn) {
        this.number = number;
        this.turn = turn;
    }

    void beginSpeech(int count, int at) {
        speech = count;
        speechAt = at;
        totalMs = -1;
        marks.clear();
        mark(0, 0);
    }

    void mark(long atMs, int chars) {
        marks.add(new long[] {atMs, chars});
    }

    /**
     * Where its speech goes on: at the last mark that the client has reached. It says how far it is, or else it has not
     * played the last of what was sent.
     *
     * @param playing the speech that the client says it was playing; 0 for none
     * @param leadMs how far what is sent may be ahead of what is played
     */
    SpeechPlace place(int playing, long playedMs, int leadMs) {
        long heard = playing == speech ? playedMs : marks.get(marks.size() - 1)[0] - leadMs;
        SpeechPlace place = new SpeechPlace(0, 0);
        for (long[] mark : marks) {
            if (mark[0] <= heard) {
                place = new SpeechPlace(mark[0], (int) mark[1]);
            }
        }
        return place;
    }

    /** How much of the answer's text was spoken when its last speech had come as far as is known. */
    int spokenTo() {
        long[] last = marks.get(marks.size() - 1);
        return speechAt + (int) last[1];
    }

    /** Whether the client has heard its last speech to the end, as far as anybody knows. */
    boolean isPlayed(int playing, long playedMs) {
        return speech == 0 || (totalMs >= 0 && (playing != speech || playedMs >= totalMs - 20));
    }
}
