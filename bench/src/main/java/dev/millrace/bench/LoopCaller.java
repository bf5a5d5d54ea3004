package dev.millrace.bench;

import dev.millrace.app.voice.AudioClient;
import dev.millrace.app.voice.Microphone;
import dev.millrace.app.voice.Wav;
import dev.millrace.audio.wire.FrameHeader;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says one sentence after the other to a server, and stops each answer at its first frame. On its event loop. */
final class LoopCaller implements AudioClient.Listener {

    private static final int RATE = 16_000;
    private static final long NOT_UNDERSTOOD_MS = 15_000;

    private final Vertx vertx;
    private final Microphone microphone = new Microphone(RATE, this::frame);
    private @Nullable AudioClient client;
    private long timer;
    private Promise<Answer> answer = Promise.promise();
    /** The place of the last sound of the sentence, in samples sent, and when it was sent. */
    private long endsAt = Long.MAX_VALUE;

    private long ended;
    private long understood;
    private long written;
    private String text = "";
    private boolean waits;

    /** @param nanos from the end of speech to the first frame, without the agent's; 0 when there was no answer */
    record Answer(String text, long nanos) {}

    LoopCaller(Vertx vertx) {
        this.vertx = vertx;
    }

    void begin(AudioClient open) {
        client = open;
        timer = vertx.setPeriodic(Microphone.FRAME_MS, tick -> microphone.tick(System.nanoTime() / 1_000_000));
    }

    void end() {
        vertx.cancelTimer(timer);
        Objects.requireNonNull(client).leave("done");
    }

    Future<Answer> say(Wav spoken) {
        Promise<Answer> next = Promise.promise();
        vertx.runOnContext(go -> {
            answer = next;
            text = "";
            ended = 0;
            written = 0;
            waits = true;
            // What is being sent comes first: at most a frame, and the words begin behind it.
            endsAt = Objects.requireNonNull(client).samples() + lastSound(spoken.pcm());
            microphone.say(spoken.pcm());
            vertx.setTimer(spoken.millis() + NOT_UNDERSTOOD_MS, late -> over(next, new Answer(text, 0)));
        });
        return next.future().compose(said -> vertx.timer(1_000).map(said));
    }

    /** As far as it comes within 30 dB of the loudest 5 ms. */
    private static int lastSound(short[] pcm) {
        int block = RATE / 200;
        double loudest = 0;
        for (int at = 0; at + block <= pcm.length; at += block) {
            loudest = Math.max(loudest, power(pcm, at, block));
        }
        int at = pcm.length - block;
        while (at > 0 && power(pcm, at, block) < loudest / 1_000) {
            at -= block;
        }
        return at + block;
    }

    private static double power(short[] pcm, int at, int count) {
        double sum = 0;
        for (int i = Math.max(0, at); i < Math.min(pcm.length, at + count); i++) {
            sum += (double) pcm[i] * pcm[i];
        }
        return sum;
    }

    private void frame(short[] pcm, int count) {
        if (client != null) {
            client.send(pcm, count);
            if (ended == 0 && client.samples() >= endsAt) {
                ended = System.nanoTime();
            }
        }
    }

    @Override
    public void said(String json, JsonObject message) {
        switch (message.getString("type")) {
            case "transcript.final" -> {
                understood = System.nanoTime();
                text = message.getString("text");
                if (text.isBlank()) {
                    over(answer, new Answer("", 0));
                }
            }
            case "agent.token" -> written = written == 0 ? System.nanoTime() : written;
            default -> {}
        }
    }

    @Override
    public void heard(FrameHeader header, Buffer frame) {
        if (waits && written > 0) {
            long now = System.nanoTime();
            over(answer, new Answer(text, now - ended - (written - understood)));
            Objects.requireNonNull(client).say(new JsonObject().put("type", "turn.cancel"));
            Objects.requireNonNull(client).say(new JsonObject().put("type", "speech.cancel"));
        }
    }

    private void over(Promise<Answer> which, Answer what) {
        if (which.tryComplete(what)) {
            waits = false;
        }
    }

    @Override
    public void gone(int code, String reason) {
        answer.tryFail("the session was closed with " + code + " " + reason);
    }
}
