package dev.millrace.audio.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** At 16 kHz, so that a millisecond is 16 samples; the lead is 200 ms. */
class PlayoutTest {

    private final Playout playout = new Playout(16_000, 200);

    @Test
    void the_lead_is_sent_at_once_and_then_what_is_played() {
        assertEquals(3200, playout.due(1000));
        playout.sent(3200, 1000);
        assertEquals(0, playout.due(1000));
        assertEquals(320, playout.due(1020));
        playout.sent(320, 1020);
        assertEquals(16_000, playout.due(2020));
    }

    @Test
    void a_timer_that_was_late_catches_up() {
        playout.sent(3200, 1000);
        assertEquals(16 * 170, playout.due(1170));
    }

    @Test
    void speech_that_came_too_late_to_be_played_on_time_moves_the_clock() {
        playout.sent(3200, 1000);
        // 200 ms were sent, and a second has passed: the client has been silent for 800 ms of it.
        playout.sent(3200, 2000);
        assertEquals(0, playout.due(2000));
        assertEquals(3200, playout.due(2200));
    }

    @Test
    void nothing_is_due_while_it_is_paused_and_it_goes_on_where_it_was() {
        playout.sent(3200, 1000);
        playout.pause(1100);
        assertEquals(0, playout.due(5000));
        playout.resume(5000);
        assertEquals(16 * 100, playout.due(5000));
    }

    @Test
    void what_was_heard_is_what_the_client_said_lately() {
        playout.sent(16_000, 1000);
        playout.report(400, true, 1500);
        assertEquals(400, playout.heardMs(1500));
        assertEquals(450, playout.heardMs(1550));
        playout.report(480, false, 1600);
        assertEquals(480, playout.heardMs(1900));
    }

    @Test
    void without_a_report_it_is_the_pace_less_the_lead() {
        playout.sent(16_000, 1000);
        assertEquals(500, playout.heardMs(1500));
        assertEquals(800, playout.heardMs(9000));
    }

    @Test
    void nobody_has_heard_more_than_was_sent_or_less_than_nothing() {
        playout.sent(3200, 1000);
        playout.report(86_400_000, true, 1010);
        assertEquals(200, playout.heardMs(1010));
        Playout begun = new Playout(16_000, 200);
        begun.sent(320, 0);
        assertEquals(0, begun.heardMs(10));
    }

    @Test
    void it_is_drained_when_all_that_was_sent_is_played() {
        playout.sent(3200, 1000);
        assertFalse(playout.drained(1199));
        assertTrue(playout.drained(1200));
    }

    @Test
    void a_speech_that_goes_on_elsewhere_was_heard_up_to_there() {
        Playout later = new Playout(16_000, 200, 1500);
        assertEquals(1500, later.heardMs(0));
        assertEquals(200 * 16, later.due(0));
        later.sent(200 * 16, 0);
        assertEquals(1700, later.sentMs());
        assertEquals(1500, later.heardMs(200));
        later.report(0, false, 200);
        assertEquals(1500, later.heardMs(200));
    }
}
