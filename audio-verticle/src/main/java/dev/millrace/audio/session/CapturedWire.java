package dev.millrace.audio.session;

import dev.millrace.audio.capture.Capture;
import dev.millrace.audio.capture.CaptureFolder;
import dev.millrace.audio.capture.Captured.Direction;
import dev.millrace.audio.wire.ServerMessage;
import dev.millrace.audio.wire.WrongMessage;
import dev.millrace.auth.Caller;
import dev.millrace.auth.Scope;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A socket's way with a witness: what passes in both directions is captured, while the client wants that. */
final class CapturedWire implements Wire {

    private final Wire wire;
    private final Caller caller;
    private final @Nullable CaptureFolder folder;
    private @Nullable Capture capture;
    private boolean sequencedUp;
    private boolean sequencedDown;

    CapturedWire(Wire wire, Caller caller, @Nullable CaptureFolder folder) {
        this.wire = wire;
        this.caller = caller;
        this.folder = folder;
    }

    /** Whether a client that wants this may have it. */
    void check(@Nullable Boolean wanted) {
        if (!Boolean.TRUE.equals(wanted)) {
            return;
        }
        if (folder == null) {
            throw WrongMessage.harmless(
                    "capture_off", "This server captures no sessions: it was started without --capture-dir.");
        }
        if (!caller.may(Scope.AUDIO_CAPTURE)) {
            throw WrongMessage.harmless(
                    "capture_forbidden", "To capture a session the token needs the scope audio:capture.");
        }
    }

    /** Begins or ends the capture; null leaves it as it is. It was {@linkplain #check checked}. */
    void capture(@Nullable Boolean wanted, LiveSession live) {
        if (folder != null && Boolean.TRUE.equals(wanted) && capture == null) {
            SessionSettings settings = live.session().settings();
            sequencedUp = settings.in().sequenced();
            sequencedDown = settings.out().sequenced();
            JsonObject head = new JsonObject().put("tenant", caller.tenant()).put("subject", caller.subject());
            capture = folder.begin(live.id(), head);
        } else if (Boolean.FALSE.equals(wanted)) {
            close("ended");
        }
    }

    void came(String text) {
        if (capture != null) {
            capture.text(Direction.UP, text);
        }
    }

    void came(Buffer frame) {
        if (capture != null) {
            capture.binary(Direction.UP, frame, sequencedUp);
        }
    }

    void close(String why) {
        if (capture != null) {
            capture.end(why).onFailure(lost -> {}); // it has said so itself
            capture = null;
        }
    }

    @Override
    public void say(ServerMessage message) {
        if (capture != null) {
            capture.text(Direction.DOWN, message.encode());
        }
        wire.say(message);
    }

    @Override
    public void frame(Buffer bytes) {
        if (capture != null) {
            capture.binary(Direction.DOWN, bytes, sequencedDown);
        }
        wire.frame(bytes);
    }

    @Override
    public boolean full() {
        return wire.full();
    }
}
