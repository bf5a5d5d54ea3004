package dev.millrace.audio.session;

import dev.millrace.audio.wire.ServerMessage;

/** Audio that was lost, told in stretches and not frame by frame. */
final class Losses {

    /** How much of what came too fast is forgiven each second, milliseconds. */
    private static final long FORGIVEN = 250;

    private final Outlet outlet;
    private long from;
    private long to;
    private String reason = "";
    private long tooFast;

    Losses(Outlet outlet) {
        this.outlet = outlet;
    }

    void add(long fromMs, long toMs, String why) {
        if (!why.equals(reason) || fromMs > to + 1) {
            say();
            from = fromMs;
            reason = why;
        }
        to = toMs;
        tooFast += why.equals("rate") ? toMs - fromMs : 0;
    }

    /** Once a second. */
    void tell() {
        say();
        tooFast = Math.max(0, tooFast - FORGIVEN);
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

    /** How much came too fast and is not forgiven. */
    long tooFastMs() {
        return tooFast;
    }
}
