package dev.millrace.app.voice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.audio.wire.FrameHeader;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Time passes by assignment. */
class LoudspeakerTest {

    private static final int MILLI = 16;

    private final Loudspeaker speaker = new Loudspeaker();

    private void sound(int speech, int millis, long now) {
        FrameHeader header = new FrameHeader(FrameHeader.DOWN, 0, speech, 0, 0);
        Buffer frame = header.toBuffer();
        for (int i = 0; i < millis * MILLI; i++) {
            frame.appendShortLE((short) speech);
        }
        speaker.take(header, frame, now);
    }

    @Test
    void whatHasComeIsHeardAsTimePasses() {
        speaker.begin(1, 0);
        sound(1, 200, 100);
        assertEquals(0, speaker.playedMs(100));
        assertEquals(150, speaker.playedMs(250));
        assertEquals(200, speaker.playedMs(900));
        sound(1, 100, 1_000); // it starved, and goes on from here
        assertEquals(250, speaker.playedMs(1_050));
    }

    @Test
    void aPauseHoldsStillAndIsReported() {
        speaker.begin(3, 0);
        sound(3, 1_000, 0);
        speaker.pause(400);
        assertEquals(400, speaker.playedMs(700));
        assertEquals(
                new JsonObject("{'type':'playback','speech':3,'played_ms':400,'buffered_ms':600,'state':'paused'}"
                        .replace('\'', '"')),
                speaker.report(700));
        speaker.resume(700);
        assertEquals(500, speaker.playedMs(800));
    }

    @Test
    void whatIsStoppedIsKeptAsFarAsItWasHeard() {
        speaker.begin(1, 0);
        sound(1, 1_000, 0);
        speaker.stop(300);
        assertFalse(speaker.isPlaying());
        assertNull(speaker.report(300));
        sound(1, 1_000, 310); // it was on its way
        speaker.begin(2, 400);
        sound(2, 100, 400);
        speaker.end();
        assertFalse(speaker.over(450));
        assertTrue(speaker.over(500));
        assertFalse(speaker.over(600));
        short[] heard = speaker.heard().pcm();
        assertEquals(400 * MILLI, heard.length);
        assertEquals(1, heard[300 * MILLI - 1]);
        assertEquals(2, heard[300 * MILLI]);
    }

    @Test
    void aSpeechWithoutSoundIsOverWhenItEnds() {
        speaker.begin(1, 0);
        assertFalse(speaker.over(5_000));
        speaker.end();
        assertTrue(speaker.over(5_000));
    }
}
