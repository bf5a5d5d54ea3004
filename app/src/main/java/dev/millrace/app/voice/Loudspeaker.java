package dev.millrace.app.voice;

import dev.millrace.audio.turn.Playout;
import dev.millrace.audio.wire.Encoding;
import dev.millrace.audio.wire.FrameHeader;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Plays speeches without a sound: it knows at each moment what a person would have heard, and keeps that. Time is an
 * argument, in milliseconds of any clock that never goes back.
 */
public final class Loudspeaker {

    public static final int RATE = 16_000;

    private short[] kept = new short[RATE];
    private int length;
    private @Nullable Playing playing;

    /** One speech. */
    private static final class Playing {

        final int speech;
        /** Where it begins in what is kept. */
        final int from;
        /** Sound is played as it comes: nothing is ahead of it. */
        final Playout clock = new Playout(RATE, 0);

        boolean whole;
        boolean paused;

        Playing(int speech, int from) {
            this.speech = speech;
            this.from = from;
        }
    }

    /** A speech begins; one that was not over is. */
    public void begin(int speech, long nowMs) {
        stop(nowMs);
        playing = new Playing(speech, length);
    }

    /** Sound of a speech has come. That of another one is late, and is not played. */
    public void take(FrameHeader header, Buffer frame, long nowMs) {
        if (playing == null || playing.speech != header.speech() || header.has(FrameHeader.END)) {
            return;
        }
        int count = (frame.length() - FrameHeader.BYTES) / Encoding.PCM_S16LE.bytes();
        short[] pcm = new short[count];
        Encoding.PCM_S16LE.decode(frame, FrameHeader.BYTES, pcm, count);
        if (kept.length < length + count) {
            kept = Arrays.copyOf(kept, 2 * kept.length + count);
        }
        System.arraycopy(pcm, 0, kept, length, count);
        length += count;
        playing.clock.sent(count, nowMs);
    }

    public void pause(long nowMs) {
        if (playing != null) {
            playing.clock.pause(nowMs);
            playing.paused = true;
        }
    }

    public void resume(long nowMs) {
        if (playing != null) {
            playing.clock.resume(nowMs);
            playing.paused = false;
        }
    }

    /** No more of the speech comes; what has come is played. */
    public void end() {
        if (playing != null) {
            playing.whole = true;
        }
    }

    /** The speech is cut here: what was not played yet is thrown away. */
    public void stop(long nowMs) {
        if (playing != null) {
            length = playing.from + (int) (playing.clock.heardMs(nowMs) * RATE / 1000);
            playing = null;
        }
    }

    /** Lets go of a speech that has been played to its end; whether there was one. */
    public boolean over(long nowMs) {
        if (playing == null || !playing.whole) {
            return false;
        }
        boolean played = playing.clock.sentSamples() == 0 || playing.clock.drained(nowMs);
        if (played) {
            playing = null;
        }
        return played;
    }

    /** Whether a speech is unfinished. */
    public boolean isPlaying() {
        return playing != null;
    }

    /** How much of the speech has been heard. */
    public long playedMs(long nowMs) {
        return playing == null ? 0 : playing.clock.heardMs(nowMs);
    }

    /** What the server is told of it; null when nothing is played. */
    public @Nullable JsonObject report(long nowMs) {
        if (playing == null) {
            return null;
        }
        long played = playing.clock.heardMs(nowMs);
        return new JsonObject()
                .put("type", "playback")
                .put("speech", playing.speech)
                .put("played_ms", played)
                .put("buffered_ms", Math.max(0, playing.clock.sentMs() - played))
                .put("state", playing.paused ? "paused" : "playing");
    }

    /** Everything that has been heard, one speech after the other. */
    public Wav heard() {
        return new Wav(RATE, Arrays.copyOf(kept, length));
    }
}
