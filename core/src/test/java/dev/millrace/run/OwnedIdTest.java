package dev.millrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OwnedIdTest {

    private static final Owner ADA = new Owner("default", "ada");
    private static final Owner EVE = new Owner("default", "eve");

    @Test
    void isAPrefixAnd32LettersWithoutThosePeopleMisread() {
        assertTrue(OwnedId.newRun(ADA, "node0001").text().matches("run_[a-hj-km-np-z02-9]{32}node0001"));
        assertTrue(OwnedId.newSession(ADA).text().matches("ses_[a-hj-km-np-z02-9]{32}"));
        assertEquals(16, OwnedId.randomText().length());
    }

    @Test
    void belongsToItsOwnerAndToNobodyElse() {
        String run = OwnedId.newRun(ADA, "node0001").text();
        assertTrue(OwnedId.isRunOf(ADA, run));
        assertFalse(OwnedId.isRunOf(EVE, run));
        assertFalse(OwnedId.isRunOf(new Owner("other", "ada"), run));
        String session = OwnedId.newSession(ADA).text();
        assertTrue(OwnedId.isSessionOf(ADA, session));
        assertFalse(OwnedId.isSessionOf(EVE, session));
    }

    @Test
    void aRunIsNoSessionUnderAnotherPrefixEither() {
        String run = OwnedId.newRun(ADA, "node0001").text();
        assertFalse(OwnedId.isSessionOf(ADA, run));
        assertFalse(OwnedId.isSessionOf(ADA, run.replace("run_", "ses_")));
        assertFalse(OwnedId.isRunOf(ADA, OwnedId.newSession(ADA).text().replace("ses_", "run_")));
    }

    @Test
    void anIdThatIsChangedAnywhereIsNobodys() {
        long seed = System.nanoTime();
        System.out.println("OwnedIdTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder forged =
                    new StringBuilder(OwnedId.newRun(ADA, "node0001").text());
            int at = random.nextInt(forged.length());
            char other = (char) random.nextInt(0x250);
            if (forged.charAt(at) != other) {
                forged.setCharAt(at, other);
                assertFalse(OwnedId.isRunOf(ADA, forged.toString()), forged.toString());
            }
        }
    }

    @Test
    void textOfAnyOtherLengthIsNobodys() {
        String run = OwnedId.newRun(ADA, "node0001").text();
        for (int length = 0; length < run.length(); length++) {
            assertFalse(OwnedId.isRunOf(ADA, run.substring(0, length)));
        }
        assertFalse(OwnedId.isRunOf(ADA, run + "a"));
        assertFalse(OwnedId.isRunOf(ADA, " " + run));
        assertFalse(OwnedId.isRunOf(ADA, "run_".repeat(9)));
        assertFalse(OwnedId.isRunOf(ADA, "\ud83d\ude00".repeat(18)));
    }

    @Test
    void noTwoAreAlike() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            assertTrue(ids.add(OwnedId.newRun(ADA, "node0001").text()));
        }
    }

    @Test
    void anOwnerHasKeysThatNoOtherOwnerCanHave() {
        assertEquals(ADA.key(), new Owner("default", "ada").key());
        assertNotEquals(ADA.key(), EVE.key());
        assertNotEquals(new Owner("a", "bc").key(), new Owner("ab", "c").key());
        assertNotEquals(ADA.key(), ADA.key(""));
        assertNotEquals(ADA.key("k"), EVE.key("k"));
        assertNotEquals(new Owner("a", "b").key("c"), new Owner("a", "bc").key(""));
    }
}
