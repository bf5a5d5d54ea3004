package dev.millrace.log.redis;

import dev.millrace.event.Entry;
import dev.millrace.event.EventId;
import dev.millrace.log.Extent;
import dev.millrace.log.Page;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/** Reads what the scripts say. */
final class Answer {

    private Answer() {}

    static EventId id(Response text) {
        return EventId.parse(text.toString())
                .orElseThrow(() -> new IllegalStateException("Redis holds an id that is none: " + text));
    }

    static Page page(Response said) {
        Page.Standing standing = Page.Standing.valueOf(said.get(0).toString());
        if (said.size() == 1) {
            return new Page(standing, Extent.EMPTY, List.of());
        }
        return new Page(standing, extent(said), entries(said.get(7)));
    }

    private static Extent extent(Response said) {
        List<Entry> lastWord = entries(said.get(6));
        return new Extent(
                id(said.get(1)),
                id(said.get(2)),
                id(said.get(3)),
                lastWord.isEmpty() ? null : lastWord.get(0),
                said.get(4).toLong(),
                said.get(5).toLong());
    }

    private static List<Entry> entries(Response said) {
        List<Entry> entries = new ArrayList<>(said.size());
        for (Response entry : said) {
            Response fields = entry.get(1);
            // A copy, for an entry lives longer than the buffer of the socket it came in.
            Buffer data = Buffer.buffer(fields.get(3).toBytes());
            entries.add(new Entry(id(entry.get(0)), fields.get(1).toString(), data));
        }
        return entries;
    }
}
