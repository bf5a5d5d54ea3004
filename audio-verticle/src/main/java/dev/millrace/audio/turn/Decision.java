package dev.millrace.audio.turn;

import java.util.Locale;

/** What the turn detector makes of a frame. All places are samples at 16 kHz since the session began. */
public sealed interface Decision {

    /** Perhaps somebody speaks: the agent's speech should pause. */
    record Pause(long at) implements Decision {}

    /** It was nothing: the agent's speech goes on. */
    record Resume() implements Decision {}

    /** Somebody speaks: the agent's speech stops. */
    record Stop(long at) implements Decision {}

    /**
     * A turn has begun.
     *
     * @param from first sample for the recognizer, somewhat before the first that is voiced; it names the turn
     * @param at first sample that is voiced
     * @param decided end of the frame that made it sure
     */
    record Began(long from, long at, long decided) implements Decision {}

    /**
     * A turn is over.
     *
     * @param from as it began
     * @param spoken end of its last voiced frame
     * @param to end of its last frame
     */
    record Ended(long from, long spoken, long to, By by) implements Decision {}

    /** Who ended a turn. */
    enum By {
        /** Silence did. */
        VAD,
        CLIENT,
        /** It was too long. */
        TIMEOUT;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
