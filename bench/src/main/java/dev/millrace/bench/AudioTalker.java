package dev.millrace.bench;

import dev.millrace.app.voice.AudioClient;
import dev.millrace.app.voice.Loudspeaker;
import dev.millrace.audio.wire.FrameHeader;
import dev.millrace.bench.AudioLoad.Samples;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One session of the {@link AudioLoad}. How late a frame is, is counted from the earliest that frames came in the last
 * seconds, each against its own place in the speech: a server that keeps the pace has a delay of nothing.
 */
final class AudioTalker implements AudioClient.Listener {

    /** The lead comes at once; the pace begins behind it. */
    private static final long LEAD_SAMPLES = Loudspeaker.RATE;

    /** After a hole longer than the lead the server goes on from there: it was late once, and not from then on. */
    private static final long WINDOW_NANOS = 1_000_000_000;

    private static final long NANOS_PER_SAMPLE = 1_000_000_000L / Loudspeaker.RATE;

    private final Promise<Void> created = Promise.promise();
    private final Samples delays = new Samples();
    private final Samples roundTrips = new Samples();
    private @Nullable AudioClient client;
    private boolean measuring;
    private boolean hears;
    private int speech;
    private long since;
    private long earliest;
    private long earliestBefore;
    private long sent;
    private long lost;

    /** Completes when the server has made the session. */
    Future<Void> begun(AudioClient open) {
        client = open;
        return created.future();
    }

    /** Asks something, and again whenever the answer cannot be spoken to its end. */
    void ask() {
        say(new JsonObject().put("type", "text.input").put("text", "How do I resume a stream?"));
    }

    private void say(JsonObject message) {
        Objects.requireNonNull(client).say(message);
    }

    void send(short[] frame, boolean ping) {
        Objects.requireNonNull(client).send(frame, frame.length);
        sent++;
        if (ping) {
            say(new JsonObject().put("type", "ping").put("t", System.nanoTime()));
        }
    }

    @Override
    public void said(String text, JsonObject message) {
        switch (message.getString("type")) {
            case "session.created" -> created.tryComplete();
            case "pong" -> {
                if (measuring) {
                    roundTrips.add(System.nanoTime() - message.getLong("t"));
                }
            }
            case "speech.stop" -> {
                if (!message.getString("reason").equals("superseded")) {
                    lost++;
                    ask();
                }
            }
            case "speech.end" -> {
                lost++;
                System.err.println(text);
            }
            default -> {}
        }
    }

    @Override
    public void heard(FrameHeader header, Buffer frame) {
        if (header.pts() < LEAD_SAMPLES) {
            return;
        }
        long now = System.nanoTime();
        long arrival = now - header.pts() * NANOS_PER_SAMPLE;
        if (speech != header.speech()) {
            speech = header.speech();
            earliest = arrival;
            earliestBefore = arrival;
        }
        if (now - since > WINDOW_NANOS) {
            since = now;
            earliestBefore = earliest;
            earliest = arrival;
        }
        hears = true;
        earliest = Math.min(earliest, arrival);
        if (measuring) {
            delays.add(arrival - Math.min(earliest, earliestBefore));
        }
    }

    @Override
    public void gone(int code, String reason) {
        lost++;
        created.tryFail("the session was closed with " + code + " " + reason);
    }

    /** Whether a speech has come past its lead. */
    boolean hears() {
        return hears;
    }

    void begin() {
        lost = 0;
        measuring = true;
        delays.clear();
        roundTrips.clear();
        sent = 0;
    }

    void end(Samples frames, Samples pings) {
        measuring = false;
        for (int i = 0; i < delays.size(); i++) {
            frames.add(delays.get(i));
        }
        for (int i = 0; i < roundTrips.size(); i++) {
            pings.add(roundTrips.get(i));
        }
    }

    long sent() {
        return sent;
    }

    long lost() {
        return lost;
    }
}
