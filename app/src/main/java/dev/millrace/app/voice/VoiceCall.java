package dev.millrace.app.voice;

import dev.millrace.audio.wire.FrameHeader;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks by voice: says a question, listens to the answer, interrupts it if that is wanted, and hangs up when the last
 * answer has been heard. On the loop of its socket.
 */
public final class VoiceCall implements AudioClient.Listener {

    /** The server says something at least once a second, for it acknowledges what it hears. */
    private static final long DEAD_MS = 30_000;

    /** Who has not been heard by now said nothing. */
    private static final long UNHEARD_MS = 3_000;

    /** Nothing has happened for so long that nothing more will. */
    private static final long SETTLED_MS = 400;

    private static final long REPORT_MS = 200;

    private final Vertx vertx;
    private final Recorded question;
    private final @Nullable Interruption interruption;
    private final VoiceView view;
    private final Loudspeaker speaker = new Loudspeaker();
    private final CallState state = new CallState();
    private final Microphone microphone;
    private final Promise<Void> over = Promise.promise();
    private final Promise<Void> closed = Promise.promise();
    private @Nullable AudioClient client;
    private @Nullable Recorded last;
    private boolean interrupted;
    private long heardAt;
    private long quietSince;
    private long reportedAt;

    /** Something to say. @param name what it is called when it is talked about */
    public record Recorded(String name, Wav sound) {}

    /** What is said when so much of an answer has been heard. @param afterMs of a speech */
    public record Interruption(Recorded words, long afterMs) {}

    /** How it ended. @param status of the last answer */
    public record Outcome(String status, Wav heard) {}

    /** @param interruption at the rate of the question; null for none */
    public VoiceCall(Vertx vertx, Recorded question, @Nullable Interruption interruption, VoiceView view) {
        this.vertx = vertx;
        this.question = question;
        this.interruption = interruption;
        this.view = view;
        this.microphone = new Microphone(question.sound().rate(), this::send);
    }

    /** Calls, talks and hangs up. It fails with a sentence for people when the call came to nothing. */
    public Future<Outcome> talk(Function<AudioClient.Listener, Future<AudioClient>> dial) {
        return dial.apply(this).compose(open -> {
            client = open;
            heardAt = now();
            long timer = vertx.setPeriodic(Microphone.FRAME_MS, tick -> tick(now()));
            return over.future()
                    .onComplete(ended -> vertx.cancelTimer(timer))
                    .compose(done -> {
                        open.leave("done");
                        return closed.future();
                    })
                    .map(gone -> new Outcome(state.status(), speaker.heard()))
                    .onFailure(cause -> open.close().onFailure(broken -> {}));
        });
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void say(Recorded words) {
        last = words;
        state.expect();
        view.saying(words.name(), words.sound().millis());
        microphone.say(words.sound().pcm());
    }

    private void send(short[] pcm, int count) {
        if (client != null) {
            client.send(pcm, count);
        }
    }

    private void tick(long now) {
        if (last != null) {
            microphone.tick(now);
        }
        if (interruption != null && !interrupted && speaker.playedMs(now) >= interruption.afterMs()) {
            interrupted = true;
            say(interruption.words());
        }
        if (speaker.over(now) || now - reportedAt >= REPORT_MS) {
            report(now);
        }
        watch(now);
    }

    private void report(long now) {
        reportedAt = now;
        JsonObject played = speaker.report(now);
        if (played != null && client != null) {
            client.say(played);
        }
    }

    /** Is it over, and how. */
    private void watch(long now) {
        if (now - heardAt > DEAD_MS) {
            over.tryFail("the server has said nothing for 30 s");
        } else if (state.unheard() && microphone.silentMs() > UNHEARD_MS) {
            over.tryFail("no speech was heard in " + (last == null ? "" : last.name())
                    + "; it must be louder than its own noise for at least 200 ms");
        }
        if (last == null || state.busy() || speaker.isPlaying()) {
            quietSince = now;
        } else if (now - quietSince > SETTLED_MS && microphone.silentMs() > SETTLED_MS) {
            settled();
        }
    }

    private void settled() {
        if (state.problem() != null) {
            over.tryFail(state.problem());
        } else if (interruption != null && !interrupted) {
            over.tryFail("the answer was over before " + interruption.afterMs()
                    + " ms of it were heard; interrupt earlier with --barge-in");
        } else {
            over.tryComplete();
        }
    }

    @Override
    public void said(String text, JsonObject message) {
        long now = now();
        heardAt = now;
        view.show(text, message);
        state.take(message);
        switch (message.getString("type")) {
            case "session.created" -> say(question);
            case "speech.begin" -> speaker.begin(message.getInteger("speech"), now);
            case "speech.end" -> speaker.end();
            case "speech.pause" -> {
                speaker.pause(now);
                report(now);
            }
            case "speech.resume" -> {
                speaker.resume(now);
                report(now);
            }
            case "speech.stop" -> speaker.stop(now);
            case "error" -> {
                if (message.getBoolean("fatal", false)) {
                    over.tryFail(message.getString("message") + " (" + message.getString("code") + ")");
                }
            }
            default -> {}
        }
    }

    @Override
    public void heard(FrameHeader header, Buffer frame) {
        heardAt = now();
        speaker.take(header, frame, heardAt);
    }

    @Override
    public void gone(int code, String reason) {
        over.tryFail("the server closed the session with " + code + " (" + reason + ")");
        closed.tryComplete();
    }
}
