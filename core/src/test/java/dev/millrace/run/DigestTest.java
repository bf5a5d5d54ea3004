package dev.millrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class DigestTest {

    @Test
    void isTheSameForTheSameTextsAndHas32Letters() {
        assertEquals(Digest.text("a", "b"), Digest.text("a", "b"));
        assertTrue(Digest.text("a").matches("[a-hj-km-np-z02-9]{32}"));
    }

    @Test
    void noTextPassesForPartOfItsNeighbour() {
        assertNotEquals(Digest.text("a", "b"), Digest.text("ab"));
        assertNotEquals(Digest.text("a", "bc"), Digest.text("ab", "c"));
        assertNotEquals(Digest.text("a", ""), Digest.text("a"));
        assertNotEquals(Digest.text("", "a"), Digest.text("a", ""));
        assertNotEquals(Digest.text("1:a"), Digest.text("a"));
        assertNotEquals(Digest.text("a", "1:b"), Digest.text("a1:", "b"));
    }

    @Test
    void aLengthIsThatOfTheBytes() {
        assertNotEquals(Digest.text("ü", "x"), Digest.text("u", "x"));
        assertNotEquals(Digest.text("\ud83d\ude00"), Digest.text("\ud83d\ude01"));
    }

    @Test
    void fiveBitsAreALetter() {
        assertEquals("aaaaaaaa", Digest.letters(new byte[5], 8));
        assertEquals("99999999", Digest.letters(new byte[] {-1, -1, -1, -1, -1}, 8));
        assertEquals("ab", Digest.letters(new byte[] {0, 0x40}, 2));
    }
}
