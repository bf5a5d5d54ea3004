package dev.millrace.audio.session;

import dev.millrace.audio.session.Takeover.Taken;
import dev.millrace.audio.wire.ClientMessage.Hello;
import dev.millrace.audio.wire.CloseCode;
import dev.millrace.audio.wire.ServerMessage;
import dev.millrace.auth.Caller;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session that this node owns, with the socket it is live on. On the session's loop. */
final class LiveSession implements SessionRecord.Reader {

    private static final Logger LOG = LoggerFactory.getLogger(LiveSession.class);

    private final Tenure tenure;
    private final AudioSession session;
    private final Wire wire;
    private final Consumer<Ending> ending;

    private LiveSession(SessionServices services, Tenure tenure, Wire wire, Consumer<Ending> ending) {
        this.tenure = tenure;
        this.wire = wire;
        this.ending = ending;
        this.session = new AudioSession(services, tenure.identity(), tenure.state(), new RecordedWire(wire, tenure));
        services.engines()
                .warm()
                .onFailure(cold -> LOG.debug("an engine is not ready yet", cold))
                .onComplete(tried -> session.warm());
    }

    /** @param ending takes what ends it from within */
    static LiveSession begin(SessionServices services, Caller caller, Hello hello, Wire wire, Consumer<Ending> ending) {
        Tenure tenure = Tenure.begin(services, caller, hello);
        LiveSession begun = new LiveSession(services, tenure, wire, ending);
        tenure.open(begun);
        tenure.write(Introduction.created(services, tenure))
                .onSuccess(written -> Introduction.tell(services, tenure, hello.conversation()))
                .onFailure(lost -> {}); // we are told as its reader
        return begun;
    }

    /** Goes on with a session that was taken over. */
    static LiveSession resume(
            SessionServices services, Tenure tenure, Taken taken, Wire wire, Consumer<Ending> ending) {
        LiveSession again = new LiveSession(services, tenure, wire, ending);
        SpeechPlace place = taken.place();
        wire.say(tenure.resumed(taken, place));
        tenure.open(again);
        again.session.restore(taken.state(), taken.written(), place);
        return again;
    }

    AudioSession session() {
        return session;
    }

    String id() {
        return tenure.identity().session();
    }

    /** What its client is told when it has to go on elsewhere. */
    ServerMessage moving(Departure.Reason reason, long deadlineMs) {
        return ServerMessage.of("session.moving")
                .with("deadline_ms", deadlineMs)
                .with("reason", reason.text())
                .with("resume_token", tenure.token());
    }

    @Override
    public void told(JsonObject message) {
        // The token is for the client and not for the record.
        wire.say(new ServerMessage(
                message.getString("type").equals("session.created")
                        ? message.put("resume_token", tenure.token())
                        : message));
    }

    @Override
    public void takenOver() {
        ending.accept(new Ending(CloseCode.TAKEN_OVER, "taken_over", "The session goes on over another connection."));
    }

    @Override
    public void lost(Throwable cause) {
        ending.accept(Ending.logLost(cause));
    }

    /** Once a second. Why the session must end now, or null. */
    @Nullable
    Ending beat(long nowMs) {
        session.beat();
        tenure.beat(nowMs);
        return session.overrun()
                ? new Ending(CloseCode.OVERRUN, "overrun", "The speech engine is too slow for what comes.")
                : null;
    }

    /** The socket is over, for this reason: the session may be too, or goes on here or elsewhere. */
    void part(CloseCode code) {
        if (code.mayResume() || code == CloseCode.TAKEN_OVER) {
            tenure.leave();
            session.leave();
        } else {
            session.close();
            tenure.finish(code.name().toLowerCase(Locale.ROOT));
        }
    }
}
