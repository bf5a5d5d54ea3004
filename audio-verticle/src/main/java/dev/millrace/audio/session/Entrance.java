package dev.millrace.audio.session;

import dev.millrace.audio.session.Takeover.Taken;
import dev.millrace.audio.turn.TurnOptions;
import dev.millrace.audio.wire.AudioFormat;
import dev.millrace.audio.wire.ClientMessage.Hello;
import dev.millrace.audio.wire.ClientMessage.Resume;
import dev.millrace.audio.wire.ClientMessage.SessionUpdate;
import dev.millrace.auth.Caller;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.function.Consumer;

/** From a client's first message to a session that is live. On the socket's loop. */
final class Entrance {

    /** For a client that begins with audio. */
    static final Hello DEFAULTS = new Hello(
            AudioFormat.DEFAULT,
            AudioFormat.DEFAULT,
            200,
            false,
            new SessionUpdate(TurnOptions.DEFAULT, null, null),
            0,
            null,
            null);

    private final SessionServices services;
    private final Caller caller;
    private final Wire wire;
    private final Consumer<Ending> ending;

    /** @param ending takes what ends the session from within */
    Entrance(SessionServices services, Caller caller, Wire wire, Consumer<Ending> ending) {
        this.services = services;
        this.caller = caller;
        this.wire = wire;
        this.ending = ending;
    }

    LiveSession begin(Hello hello) {
        return LiveSession.begin(services, caller, hello, wire, ending);
    }

    /** Makes a session ours; completes on the loop that this is called on. */
    Future<Taken> take(Resume resume) {
        Context loop = Objects.requireNonNull(Vertx.currentContext(), "a session is resumed on its loop");
        Promise<Taken> taken = Promise.promise();
        new Takeover(services, caller, resume).take().onComplete(done -> loop.runOnContext(here -> taken.handle(done)));
        return taken.future();
    }

    LiveSession goOn(Taken taken) {
        return LiveSession.resume(services, Tenure.of(services, caller, taken), taken, wire, ending);
    }

    /** The client did not wait, and may try once more. */
    void leave(Taken taken) {
        Tenure.of(services, caller, taken).leave();
    }
}
