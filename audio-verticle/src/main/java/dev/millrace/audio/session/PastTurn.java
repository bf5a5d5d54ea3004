package dev.millrace.audio.session;

/** A turn as a session's record tells it. Places are samples at 16 kHz since the session began. */
final class PastTurn {

    static final long UNKNOWN = -1;

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

    /** Whether its sound is needed once more. */
    boolean isOpen() {
        return from != UNKNOWN && !settled;
    }

    /** Before this nothing needs to be listened to again. */
    long known() {
        return to != UNKNOWN ? to : settled ? sure : Math.max(0, from);
    }
}
