package dev.millrace.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeparturesTest {

    private static final List<Integer> CROWD = IntStream.range(0, 1_000).boxed().toList();

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void all_leave_within_the_window_evenly_and_each_once() {
        Departures<Integer> departures = new Departures<>(CROWD, 5_000, random);
        List<Integer> left = new ArrayList<>();
        for (long elapsed = 0; elapsed <= 5_000; elapsed += 50) {
            left.addAll(departures.due(elapsed));
            assertEquals(1_000 * elapsed / 5_000, left.size(), "after " + elapsed + " ms, seed " + seed);
            assertEquals(elapsed == 5_000, departures.isOver());
        }
        assertNotEquals(CROWD, left, "in no order, seed " + seed);
        assertEquals(CROWD, left.stream().sorted().toList());
    }

    @Test
    void a_loop_that_was_blocked_makes_up_for_it() {
        Departures<Integer> departures = new Departures<>(CROWD, 5_000, random);
        assertEquals(500, departures.due(2_500).size());
        assertEquals(List.of(), departures.due(2_500));
        assertEquals(List.of(), departures.due(1), "time that goes back brings nobody back");
        assertEquals(500, departures.due(60_000).size());
        assertTrue(departures.isOver());
    }

    @Test
    void without_a_window_all_leave_at_once() {
        assertEquals(1_000, new Departures<>(CROWD, 0, random).due(0).size());
    }

    @Test
    void nobody_leaves_an_empty_house() {
        Departures<Integer> departures = new Departures<>(List.of(), 5_000, random);
        assertTrue(departures.isOver());
        assertEquals(List.of(), departures.due(0));
        assertEquals(List.of(), departures.due(9_000));
    }
}
