package dev.millrace.audio.session;

import dev.millrace.audio.wire.ServerMessage;

/** Audio that was lost, told in stretches and not frame by frame. */
final class Losses {

    /** How much is forgiven each second, milliseconds. */
    private static final long FORGIVEN = 250;

    private final Outlet outlet;
    private final long mostMs;
    private long from;
    private long to;
    private String reason = "";
    private long overrun;

    /** @param mostMs how much may be left out because engines are too slow, before the session had better end */
    Losses(Outlet outlet, long mostMs) {
        this.outlet = outlet;
        this.mostMs = mostMs;
    }

    void add(long fromMs, long toMs, String why) {
        if (!why.equals(reason) || fromMs > to + 1) {
            say();
            from = fromMs;
            reason = why;
        }
        to = toMs;
        overrun += why.equals("overrun") ? toMs - fromMs : 0;
    }

    /** Once a second. */
    void tell() {
        say();
        overrun = Math.max(0, overrun - FORGIVEN);
    }

    private void say() {
        if (!reason.isEmpty()) {
            outlet.say(ServerMessage.of("audio.dropped")
                    .with("from_ms", from)
                    .with("to_ms", to)
                    .with("reason", reason));
            reason = "";
        }
    }

    /** Whether more was left out than is forgiven. */
    boolean tooMany() {
        return overrun > mostMs;
    }
}
