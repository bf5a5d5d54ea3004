package dev.millrace.audio.session;

import dev.millrace.audio.vad.Vad;
import dev.millrace.audio.wire.ServerMessage;

/**
 * Tells the client what it need not keep of what it sent. What is told stands in the record, because the next owner asks
 * for what follows it and can ask for nothing that was let go.
 */
final class Acknowledgement {

    /** Silence is acknowledged when no turn can begin in it any more: the time to become sure, and the longest prefix. */
    private static final long UNDECIDED = 2L * Vad.RATE;

    /** Of silence so much is acknowledged at a time, because each time costs an event. */
    private static final long STEP = 5L * Vad.RATE;

    private final int rate;
    private final Outlet outlet;
    private long upto;
    private boolean due;

    /**
     * @param upto what was acknowledged by others, at 16 kHz
     * @param rate of what the client sends
     */
    Acknowledgement(long upto, int rate, Outlet outlet) {
        this.upto = upto;
        this.rate = rate;
        this.outlet = outlet;
    }

    /**
     * Once a second.
     *
     * @param settled before this sample everything is silence or stands in the record as text
     * @param position one past the last sample that came
     * @param turn whether a turn has got its last word
     */
    void settled(long settled, long position, boolean turn) {
        due |= turn;
        // In whole frames, so that the next owner cuts them as we did.
        long now = Math.min(settled, position - UNDECIDED) / Vad.FRAME * Vad.FRAME;
        if (now > upto && (due || now - upto >= STEP)) {
            upto = now;
            due = false;
            outlet.record(ServerMessage.of("audio.ack").with("upto", now * rate / Vad.RATE));
        }
    }
}
