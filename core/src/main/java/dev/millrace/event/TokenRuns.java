package dev.millrace.event;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins runs of adjacent tokens: who reads an answer from its start wants the text, not its rhythm. */
public final class TokenRuns {

    private TokenRuns() {}

    /**
     * The same entries with each run of adjacent tokens as one, which carries the id of the last: a reader who has it
     * stands behind all of them. Other entries are the same objects as before.
     */
    public static List<Entry> join(List<Entry> entries) {
        List<Entry> joined = new ArrayList<>();
        Entry first = null;
        StringBuilder text = new StringBuilder();
        Entry last = null;
        for (Entry entry : entries) {
            if (entry.type().equals(RunEvent.Token.TYPE)) {
                first = first == null ? entry : first;
                text.append(token(entry).text());
                last = entry;
            } else {
                flush(joined, first, text, last);
                first = null;
                joined.add(entry);
            }
        }
        flush(joined, first, text, last);
        return joined;
    }

    private static void flush(List<Entry> joined, @Nullable Entry first, StringBuilder text, @Nullable Entry last) {
        if (first == null || last == null) {
            return;
        }
        joined.add(
                first == last
                        ? first
                        : new Entry(
                                last.id(),
                                RunEvent.Token.TYPE,
                                new RunEvent.Token(text.toString(), token(first).at()).data()));
        text.setLength(0);
    }

    private static RunEvent.Token token(Entry entry) {
        return RunEvent.Token.from(new io.vertx.core.json.JsonObject(entry.data()));
    }
}
