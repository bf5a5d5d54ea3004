package dev.millrace.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the encoder writes, the decoder reads: for any data, any line ends on the way, and any cut. */
class SseRoundTripTest {

    private static final String[] PIECES = {
        "a", "{\"x\":1}", ":", " ", "data: ", "é", "€", "😀", "\n", "\r", "\r\n", "\uFEFF", "id"
    };
    private static final String[] LINE_ENDS = {"\n", "\r", "\r\n"};

    private final long seed = Long.getLong("millrace.seed", new Random().nextLong());
    private final Random random = new Random(seed);

    @Test
    void random_streams_come_through_every_chunking_and_every_line_end() {
        for (int round = 0; round < 2_000; round++) {
            List<SseEvent> expected = new ArrayList<>();
            Buffer bytes = respell(stream(expected));
            assertEquals(expected, decode(bytes), () -> "seed " + seed + "\n" + bytes);
        }
    }

    @Test
    void one_stream_comes_through_every_pair_of_cuts() {
        List<SseEvent> expected = new ArrayList<>();
        Buffer bytes = respell(stream(expected));
        for (int a = 0; a <= bytes.length(); a++) {
            for (int b = a; b <= bytes.length(); b++) {
                List<SseEvent> events = new ArrayList<>();
                SseDecoder decoder = new SseDecoder(1 << 16, events::add);
                decoder.feed(bytes.slice(0, a));
                decoder.feed(bytes.slice(a, b));
                decoder.feed(bytes.slice(b, bytes.length()));
                assertEquals(expected, events, () -> "seed " + seed + "\n" + bytes);
            }
        }
    }

    private Buffer stream(List<SseEvent> expected) {
        Buffer bytes = SseEncoder.opening(random.nextInt(10_000), "0-0");
        String id = "0-0";
        for (int i = 1, count = 1 + random.nextInt(4); i <= count; i++) {
            if (random.nextInt(4) == 0) {
                id = "9" + i + "-1";
                bytes.appendBuffer(SseEncoder.ping(id));
            }
            boolean named = random.nextBoolean();
            id = named ? i + "-" + random.nextInt(1000) : id;
            String type = "e" + random.nextInt(3);
            String data = data();
            bytes.appendBuffer(SseEncoder.event(named ? id : null, type, data));
            expected.add(new SseEvent(id, type, data.replace("\r\n", "\n").replace('\r', '\n')));
        }
        return bytes;
    }

    private String data() {
        StringBuilder data = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            data.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return data.toString();
    }

    /** The same stream as another server would write it: each LF may be a CR or CRLF. A CR before an LF would make one end of two. */
    private Buffer respell(Buffer stream) {
        StringBuilder text = new StringBuilder();
        boolean afterCr = false;
        for (char c : stream.toString().toCharArray()) {
            String next = c != '\n' ? String.valueOf(c) : LINE_ENDS[random.nextInt(LINE_ENDS.length)];
            if (afterCr && next.equals("\n")) {
                next = "\r\n";
            }
            text.append(next);
            afterCr = next.equals("\r");
        }
        return Buffer.buffer(text.toString());
    }

    private List<SseEvent> decode(Buffer bytes) {
        List<SseEvent> events = new ArrayList<>();
        SseDecoder decoder = new SseDecoder(1 << 16, events::add);
        for (int i = 0; i < bytes.length(); ) {
            int end = Math.min(bytes.length(), i + random.nextInt(1 + random.nextInt(40)));
            decoder.feed(bytes.slice(i, end));
            i = end;
        }
        return events;
    }
}
