package dev.millrace.audio.turn;

import java.util.Locale;

/**
 * When a turn begins and ends. All of it is counted in samples that were received.
 *
 * @param vad whether turns are found by listening; else the client commits them
 * @param pause so many voiced frames of so many are the beginning of speech
 * @param confirm so many of so many make sure of it
 * @param silenceMs silence that ends a turn, 200 to 5000
 * @param prefixMs what the recognizer gets of the time before the first voiced frame, 0 to 1000
 * @param maxTurnSeconds the longest turn, 1 to 300
 */
public record TurnOptions(
        boolean vad, Share pause, Share confirm, int silenceMs, int prefixMs, int maxTurnSeconds, BargeIn bargeIn) {

    public static final TurnOptions DEFAULT =
            new TurnOptions(true, new Share(3, 3), new Share(8, 10), 500, 300, 60, BargeIn.ON);

    /** So many frames of the last so many. */
    public record Share(int needed, int of) {

        public Share {
            if (needed < 1 || needed > of || of > 50) {
                throw new IllegalArgumentException("[" + needed + ", " + of + "]");
            }
        }
    }

    /** What happens to the agent's speech when somebody else begins to speak. */
    public enum BargeIn {
        /** It pauses at once, and stops or goes on when it is clear which. */
        ON,
        /** It goes on until it is clear, and then stops. */
        CONFIRM_ONLY,
        /** It is not interrupted, and what is said meanwhile is not a turn. */
        OFF;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
