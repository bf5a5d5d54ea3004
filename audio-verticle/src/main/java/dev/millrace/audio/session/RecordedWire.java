package dev.millrace.audio.session;

import dev.millrace.audio.wire.ServerMessage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** The way to a session's client, with its record on it. */
final class RecordedWire implements Outlet {

    private final Wire wire;
    private final Tenure tenure;

    RecordedWire(Wire wire, Tenure tenure) {
        this.wire = wire;
        this.tenure = tenure;
    }

    @Override
    public void say(ServerMessage message) {
        wire.say(message);
    }

    @Override
    public Future<Void> record(ServerMessage message) {
        return tenure.write(message);
    }

    @Override
    public void frame(Buffer bytes) {
        wire.frame(bytes);
    }

    @Override
    public boolean full() {
        return wire.full();
    }
}
