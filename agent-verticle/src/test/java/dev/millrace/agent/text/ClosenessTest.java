package dev.millrace.agent.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Closeness of a heading to a question")
class ClosenessTest {

    private static final String ARROW = " › ";

    private final Closeness resume = new Closeness(Terms.informative("How do I resume a stream?"), Rarity.ALIKE);

    @Test
    @DisplayName("is 1 for a heading that says just what is asked, and 0 for one that says nothing of it")
    void ends() {
        assertEquals(1, resume.of("Resume a stream"), 0.001);
        assertEquals(1, resume.of("Resuming streams"), 0.001);
        assertEquals(0, resume.of("Clients"));
        assertEquals(0, resume.of(""));
    }

    @Test
    @DisplayName("is higher for what is wanted than for what it is wanted of, and lower for more than is asked")
    void between() {
        assertTrue(resume.of("Resume") > resume.of("Streams"));
        assertTrue(resume.of("Resume") < resume.of("Resume a stream"));
        assertTrue(resume.of("Streams") > resume.of("Limits of a stream"));
        assertTrue(resume.of("Resume a stream") > resume.of("Resume a stream, a feed or a session"));
    }

    @Test
    @DisplayName("is that of the nearest heading, the way to it, or in part the title")
    void places() {
        assertEquals(1, resume.of("Streams", "Streams › Resume", ARROW), 0.001);
        assertEquals(1, resume.of("Guide", "Guide › Resume a stream", ARROW), 0.001);
        assertEquals(0.7, resume.of("Resume a stream", "Resume a stream › Heartbeat", ARROW), 0.2);
        assertEquals(1, resume.of("Resume a stream", "", ARROW), 0.001);
    }

    @Test
    @DisplayName("of a question without words is 0")
    void nothing() {
        assertEquals(0, new Closeness(List.of(), Rarity.ALIKE).of("Resume", "Resume", ARROW));
    }
}
