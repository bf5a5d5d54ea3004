package dev.millrace.audio.turn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AllowanceTest {

    @Test
    void two_seconds_at_once_and_then_a_quarter_faster_than_speech() {
        Allowance allowance = new Allowance(1.25 * 16_000, 2 * 16_000, 2 * 16_000, 0);
        assertTrue(allowance.take(32_000, 0));
        assertFalse(allowance.take(320, 0));
        assertTrue(allowance.take(320, 16));
        assertFalse(allowance.take(320, 16));
        assertTrue(allowance.take(20_000, 1016));
        assertFalse(allowance.take(1, 1016));
    }

    @Test
    void a_piece_is_taken_whole_and_the_next_waits_for_it() {
        Allowance allowance = new Allowance(1.25 * 16_000, 2 * 16_000, 2 * 16_000, 0);
        assertTrue(allowance.take(52_000, 0));
        assertFalse(allowance.take(1, 1000));
        assertTrue(allowance.take(1, 1001));
    }

    @Test
    void who_has_to_catch_up_may_send_more_at_once_but_once() {
        Allowance allowance = new Allowance(1.25 * 16_000, 2 * 16_000, 20 * 16_000, 0);
        assertTrue(allowance.take(10 * 16_000, 0));
        assertTrue(allowance.take(10 * 16_000, 1000));
        assertFalse(allowance.take(1, 1000));
        assertTrue(allowance.take(32_000, 100_000));
        assertFalse(allowance.take(1, 100_000));
    }

    @Test
    void the_ring_gives_what_it_still_has() {
        SampleRing ring = new SampleRing(4, 100);
        ring.write(new short[] {1, 2}, 0, 2);
        assertArrayEquals(new short[] {1, 2}, ring.since(0));
        ring.write(new short[] {3, 4, 5}, 0, 3);
        assertArrayEquals(new short[] {2, 3, 4, 5}, ring.since(0));
        assertArrayEquals(new short[] {4, 5}, ring.since(103));
        assertArrayEquals(new short[0], ring.since(900));
    }
}
