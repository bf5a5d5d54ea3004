package dev.millrace.circuit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Time passes by assignment. */
class CircuitTest {

    private final Circuit circuit = new Circuit(3, Duration.ofSeconds(10));
    private long now = 1_000;

    @Test
    void fewFailuresLetEverybodyThrough() {
        fail(2);
        assertTrue(circuit.admits(now));
        assertEquals(0, circuit.restMillis(now));
    }

    @Test
    void failuresThatAreNotInARowDoNotCountTogether() {
        fail(2);
        circuit.succeeded();
        fail(2);
        assertTrue(circuit.admits(now));
    }

    @Test
    void afterTooManyFailuresNobodyIsLetThroughForTheRest() {
        fail(3);
        assertFalse(circuit.admits(now));
        assertEquals(10_000, circuit.restMillis(now));
        now += 9_999;
        assertFalse(circuit.admits(now));
        assertEquals(1, circuit.restMillis(now));
    }

    @Test
    void afterTheRestOneIsLetThroughAndTheOthersWaitForItsOutcome() {
        fail(3);
        now += 10_000;
        assertTrue(circuit.admits(now));
        assertFalse(circuit.admits(now));
        circuit.succeeded();
        assertTrue(circuit.admits(now));
        assertTrue(circuit.admits(now));
    }

    @Test
    void aTrialThatFailsBeginsTheRestAgain() {
        fail(3);
        now += 10_000;
        assertTrue(circuit.admits(now));
        now += 500;
        circuit.failed(now);
        assertFalse(circuit.admits(now));
        assertEquals(10_000, circuit.restMillis(now));
    }

    @Test
    void aTrialThatWasAbandonedLeavesTheTryToTheNext() {
        fail(3);
        now += 10_000;
        assertTrue(circuit.admits(now));
        circuit.abandoned();
        assertTrue(circuit.admits(now));
    }

    @Test
    void aTrialWithoutAnOutcomeDoesNotKeepEverybodyOutForGood() {
        fail(3);
        now += 10_000;
        assertTrue(circuit.admits(now));
        now += 10_000;
        assertTrue(circuit.admits(now));
    }

    @Test
    void aCircuitThatToleratesNothingOrNeverRestsIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Circuit(0, Duration.ofSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> new Circuit(1, Duration.ZERO));
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            assertTrue(circuit.admits(now));
            circuit.failed(now);
        }
    }
}
