package dev.millrace.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.sse.SseEvent;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What a terminal shows of a run. */
class ScreenTest {

    private final StringWriter shown = new StringWriter();
    private final Screen screen = new Screen(new PrintWriter(shown));

    private void show(String type, String data) {
        screen.show(new SseEvent("1-1", type, data));
    }

    @Test
    void aRunInTheQueueSaysHowManyAreAheadWheneverItMovesUp() {
        show("status", "{\"step\":\"started\",\"run\":\"run_1\",\"session\":\"ses_1\",\"message\":\"msg_1\"}");
        show("status", "{\"step\":\"queued\",\"label\":\"Waiting for the runs before\",\"position\":2}");
        show("status", "{\"step\":\"queued\",\"label\":\"Waiting for the run before\",\"position\":1}");
        show("status", "{\"step\":\"generating\"}");
        assertEquals("""
                        · started
                        · Waiting for the runs before, 2 ahead
                        · Waiting for the run before, 1 ahead
                        · generating
                        """, shown.toString());
    }

    @Test
    void whatAConnectionBrokeOffWithinIsNotShownTwice() {
        show("token", "{\"text\":\"Six \",\"at\":0}");
        show("token", "{\"text\":\"Six days.\",\"at\":0}");
        show("token", "{\"text\":\"days.\",\"at\":4}");
        assertEquals("\nSix days.", shown.toString());
    }
}
