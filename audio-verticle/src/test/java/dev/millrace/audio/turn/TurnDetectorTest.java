package dev.millrace.audio.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.millrace.audio.turn.Decision.By;
import dev.millrace.audio.turn.TurnOptions.BargeIn;
import dev.millrace.audio.turn.TurnOptions.Share;
import dev.millrace.audio.vad.Vad;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Frames are written as they sound: {@code #} is voiced, {@code .} is not. A frame is 320 samples. */
class TurnDetectorTest {

    private static final String TURN = "########..";

    private TurnDetector detector = new TurnDetector(TurnOptions.DEFAULT, 0);
    private boolean speaking;

    @Test
    void three_voiced_frames_pause_the_agent() {
        speaking = true;
        assertEquals(List.of(), hear("....##"));
        assertEquals(List.of(new Decision.Pause(at(4))), hear("#"));
    }

    @Test
    void it_goes_on_when_it_is_not_sure_within_300_ms() {
        speaking = true;
        hear("....###");
        assertEquals(List.of(), hear("....#...#....."));
        assertEquals(List.of(new Decision.Resume()), hear("."));
        assertFalse(detector.inTurn());
    }

    @Test
    void eight_of_ten_stop_it_and_begin_a_turn_300_ms_before_the_first_of_them() {
        speaking = true;
        hear("....................###");
        assertEquals(List.of(), hear("#.##"));
        assertEquals(List.of(new Decision.Stop(at(20)), new Decision.Began(at(5), at(20), at(29))), hear("##"));
    }

    @Test
    void a_turn_in_silence_pauses_and_stops_nobody() {
        assertEquals(List.of(), hear("....###"));
        assertEquals(List.of(new Decision.Began(0, at(4), at(12))), hear("#####"));
    }

    @Test
    void half_a_second_of_silence_ends_a_turn() {
        hear(TURN);
        assertEquals(List.of(), hear(".".repeat(22)));
        assertEquals(List.of(new Decision.Ended(0, at(8), at(33), By.VAD)), hear("."));
    }

    @Test
    void a_gap_of_200_ms_is_speech() {
        hear(TURN.strip());
        assertEquals(List.of(), hear("........#" + ".".repeat(24)));
        assertEquals(List.of(new Decision.Ended(0, at(19), at(44), By.VAD)), hear("."));
    }

    @Test
    void one_click_after_a_longer_gap_does_not_prolong_the_turn() {
        hear(TURN);
        assertEquals(List.of(new Decision.Ended(0, at(8), at(33), By.VAD)), hear("............#.........."));
    }

    @Test
    void a_turn_does_not_take_from_the_one_before_it() {
        hear(TURN + ".".repeat(23));
        assertEquals(List.of(new Decision.Began(at(33), at(33), at(41))), hear("########"));
    }

    @Test
    void a_turn_that_is_too_long_is_ended_and_the_next_begins() {
        detector = new TurnDetector(new TurnOptions(true, new Share(3, 3), new Share(8, 10), 500, 0, 1, BargeIn.ON), 0);
        List<Decision> decisions = hear("#".repeat(60));
        assertEquals(
                List.of(
                        new Decision.Began(0, 0, at(8)),
                        new Decision.Ended(0, at(50), at(50), By.TIMEOUT),
                        new Decision.Began(at(50), at(50), at(58))),
                decisions);
    }

    @Test
    void the_client_ends_a_turn() {
        hear(TURN);
        assertEquals(List.of(new Decision.Ended(0, at(8), at(10), By.CLIENT)), detector.commit());
        assertEquals(List.of(), detector.commit());
    }

    @Test
    void what_the_client_clears_is_no_turn_and_a_paused_speech_goes_on() {
        speaking = true;
        hear("....###");
        assertEquals(List.of(new Decision.Resume()), detector.clear());
        hear(TURN);
        assertEquals(List.of(), detector.clear());
        assertEquals(List.of(), hear(".".repeat(40)));
    }

    @Test
    void with_barge_in_confirm_only_nothing_pauses() {
        detector = with(BargeIn.CONFIRM_ONLY);
        speaking = true;
        assertEquals(List.of(new Decision.Stop(0), new Decision.Began(0, 0, at(8))), hear("########"));
    }

    @Test
    void with_barge_in_off_what_is_said_meanwhile_is_no_turn() {
        detector = with(BargeIn.OFF);
        speaking = true;
        assertEquals(List.of(), hear("#".repeat(50)));
        speaking = false;
        assertEquals(List.of(new Decision.Began(at(35), at(50), at(58))), hear("########"));
    }

    @Test
    void without_vad_a_turn_is_what_comes_until_the_client_commits() {
        detector = new TurnDetector(
                new TurnOptions(false, new Share(3, 3), new Share(8, 10), 500, 300, 60, BargeIn.ON), 0);
        assertEquals(List.of(new Decision.Began(0, 0, at(1))), hear("...."));
        assertEquals(List.of(new Decision.Ended(0, at(4), at(4), By.CLIENT)), detector.commit());
        assertEquals(List.of(new Decision.Began(at(4), at(4), at(5))), hear("."));
    }

    private static TurnDetector with(BargeIn bargeIn) {
        return new TurnDetector(new TurnOptions(true, new Share(3, 3), new Share(8, 10), 500, 300, 60, bargeIn), 0);
    }

    private List<Decision> hear(String frames) {
        List<Decision> decisions = new ArrayList<>();
        for (char frame : frames.toCharArray()) {
            decisions.addAll(detector.frame(frame == '#', speaking));
        }
        return decisions;
    }

    private static long at(int frame) {
        return (long) frame * Vad.FRAME;
    }
}
