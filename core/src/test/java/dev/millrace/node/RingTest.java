package dev.millrace.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.log.StreamName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RingTest {

    @Test
    void whatWasRungIsWhatIsHeard() {
        long seed = System.nanoTime();
        System.out.println("RingTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            StreamName stream = new StreamName(
                    StreamName.Kind.values()[random.nextInt(StreamName.Kind.values().length)],
                    "id/" + random.nextInt());
            long seq = random.nextInt(1_000);
            EventId previous = seq == 0 ? EventId.BEGINNING : new EventId(seq, millis(random));
            List<Entry> entries = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                JsonObject data = new JsonObject().put("text", text(random));
                entries.add(new Entry(new EventId(++seq, millis(random)), "type" + i, data.toBuffer()));
            }
            // Through bytes, as between two machines.
            Buffer wire = Ring.encode(stream, previous, entries).toBuffer();
            Ring heard = Ring.decode(new JsonObject(wire));
            assertEquals(stream, heard.stream());
            assertEquals(previous, heard.previous());
            assertEquals(entries.toString(), heard.entries().toString());
        }
    }

    private static long millis(Random random) {
        return random.nextLong() & Long.MAX_VALUE;
    }

    /** With what is hard on the way: quotes, line breaks, characters of two units. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            text.appendCodePoint(
                    "\"\\\n\u0000\u00e4\u2028\ud83c\udfee x".codePoints().toArray()[random.nextInt(9)]);
        }
        return text.toString();
    }
}
