package dev.millrace.audio.session;

import dev.millrace.audio.vad.Vad;
import io.vertx.core.json.JsonObject;

/** A turn as a session's record tells it. Places are samples at 16 kHz since the session began. */
final class PastTurn {

    static final long UNKNOWN = -1;

    private static final int MILLI = Vad.RATE / 1000;

    final int number;
    /** Its first sample, which names it; {@link #UNKNOWN} for one that was typed. */
    long from = UNKNOWN;

    /** Until where it was known to be speech. */
    long sure;

    /** Its end; {@link #UNKNOWN} while it goes on. */
    long to = UNKNOWN;

    /** It was understood, or will not be: nobody needs its sound any more. */
    boolean settled;

    /** What was said; empty when that is not known. */
    String text = "";

    PastTurn(int number) {
        this.number = number;
    }

    /** Takes what the record says of it next. */
    void take(String type, JsonObject json) {
        switch (type) {
            case "user.speech_started" -> {
                from = json.getLong("from_ms") * MILLI;
                sure = json.getLong("decided_ms") * MILLI;
            }
            case "turn.committed" -> {
                to = json.containsKey("to_ms") ? json.getLong("to_ms") * MILLI : UNKNOWN;
                text = json.getString("text", "");
            }
            default -> {
                settled = true;
                text = json.getString("text", "");
            }
        }
    }

    /** Whether its sound is needed once more. */
    boolean isOpen() {
        return from != UNKNOWN && !settled;
    }

    /** Before this nothing needs to be listened to again. */
    long known() {
        return to != UNKNOWN ? to : settled ? sure : Math.max(0, from);
    }
}
